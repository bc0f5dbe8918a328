# The front door. `make help` lists what it does.
MVN := mvn -B -ntp

.PHONY: help
help: ## Say what each command does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

.PHONY: format
format: ## Format every source file
	$(MVN) -q spotless:apply

.PHONY: run
run: ## Build, start, and show this machine's metrics on http://localhost:8000/
	@$(MVN) -q -DskipTests -pl examples/quickstart -am package
	@exec java -jar examples/quickstart/target/quickstart.jar
