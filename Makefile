# The front door. `make help` lists what it does.
MVN := mvn -B -ntp

.PHONY: help
help: ## Say what each command does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

# Ctrl-C is how it is meant to end, so it is no error; anything else that ends it is.
.PHONY: run
run: ## Build, start, and show this machine's metrics on http://localhost:8000/
	@echo "Building; the first time takes half a minute ..."
	@$(MVN) -q -Pfast -T 1C -pl examples/quickstart -am package
	@trap 'exit 0' INT; java -jar examples/quickstart/target/fast/quickstart.jar

.PHONY: test
test: ## Run every test: the build's, then real clients and a real browser against the real server
	@scripts/install-test-tools
	$(MVN) verify
	cd greenlang-metrics-client-js && npm ci && npm test
	cd greenlang-metrics-dashboard && npm ci && npm test
	cd e2e && npm ci && npm test
	@echo "make test: everything passed"

.PHONY: assets
assets: ## Rebuild the dashboard's files, which are committed
	cd greenlang-metrics-dashboard && npm ci && npm run build

# Ten minutes long, and only meaningful on a machine that does nothing else; so not part of test.
.PHONY: soak-dashboard
soak-dashboard: ## Hold the dashboard up to 50 series at 10 Hz; MINUTES=1 for less
	cd e2e && npm ci && node dashboard/soak.mjs

# Not part of test yet: it has not been seen green often enough to hold up everybody's work.
.PHONY: containers
containers: ## Run the transport contract inside Tomcat, Jetty, Undertow and Tyrus
	$(MVN) -Pcontainers -pl container-tests/tomcat10,container-tests/tomcat11,container-tests/jetty-ee10,container-tests/jetty-ee11,container-tests/undertow,container-tests/tyrus -am verify

.PHONY: bench
bench: ## Measure the fan-out beside the floor; options in ARGS, such as ARGS=--quick
	greenlang-metrics-benchmarks/run $(ARGS)

.PHONY: format
format: ## Format every source file
	$(MVN) -q spotless:apply
