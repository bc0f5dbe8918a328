# The commands of the project; `make help` lists them.
MVN := mvn -B -ntp

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

# Ctrl-C is the intended end and no error.
.PHONY: run
run: ## Build and start the quickstart: this machine's metrics on http://localhost:8000/
	@echo "Building; the first time takes half a minute ..."
	@$(MVN) -q -Pfast,all -T 1C -pl examples/quickstart -am package
	@trap 'exit 0' INT; java -jar examples/quickstart/target/fast/quickstart.jar

# Run it before each commit. Java waits for other modules at times, and the two linters use that.
.PHONY: check
check: ## Check a change in four minutes: compile, format, prose, structure, fast tests
	@$(MAKE) --no-print-directory -j 3 --output-sync=target prose figures fast-tests
	@echo "make check: everything passed"

# The profile in pom.xml leaves out the slow tests.
.PHONY: fast-tests
fast-tests:
	$(MVN) -T 4 -Pcheck,all --fail-at-end test || { scripts/failed-tests; exit 1; }

testing/prose/node_modules: testing/prose/package-lock.json
	cd testing/prose && npm ci && touch node_modules

.PHONY: prose
prose: testing/prose/node_modules ## Lint documents, comments and messages; FILES=docs for a part
	cd testing/prose && node lint.mjs $(addprefix ../../,$(FILES))

.PHONY: figures
figures: ## Print the sizes of files, methods and packages, and hold them to their limits
	scripts/structure-figures

# Three modules at a time on two cores, because much of a test's time is spent waiting. With four, servers under test are
# starved for more than a second. The quick checks run first. npm pack runs npm ci, as in a fresh clone.
.PHONY: test
test: ## Run every test: Java, every container, real Redis, the client, the dashboard in a real browser
	@scripts/install-test-tools
	cd testing/prose && npm ci && npm test && npm run lint
	node --test --test-reporter=spec scripts/
	scripts/structure-figures
	$(MVN) -T 3 --fail-at-end verify || { scripts/failed-tests; exit 1; }
	cd clients/greenlang-metrics-client-js && rm -rf node_modules && mkdir -p .build && npm pack --pack-destination .build && npm test
	cd greenlang-metrics-dashboard && npm ci && npm test
	cd testing/e2e && npm ci && npm test
	@echo "make test: everything passed"

.PHONY: assets
assets: ## Rebuild the dashboard's committed files
	cd greenlang-metrics-dashboard && npm ci && npm run build

# Takes ten minutes and needs an idle machine, so it is not part of test.
.PHONY: soak-dashboard
soak-dashboard: ## Run the dashboard with 50 series at 10 Hz for ten minutes; MINUTES=1 for less
	cd testing/e2e && npm ci && node dashboard/soak.mjs

# Five minutes for the history, and two to measure. Needs an idle machine.
.PHONY: bench-page
bench-page: ## Measure the dashboard: the quickstart with 5 minutes of history, 500 and 5,000 series; parts in ARGS, such as ARGS=500
	@$(MVN) -q -Pfast,all -T 1C -pl examples/quickstart -am package
	cd testing/e2e && npm ci && SERVER_CMD="java -jar examples/quickstart/target/fast/quickstart.jar" node dashboard/bench.mjs $(ARGS)

.PHONY: containers
containers: ## Run only the tests inside Tomcat, Jetty, Undertow and Tyrus
	$(MVN) -Dtest='Tomcat*,Jetty*,Undertow*,Tyrus*' -Dsurefire.failIfNoSpecifiedTests=false -pl testing/container-tests/tomcat10,testing/container-tests/tomcat11,testing/container-tests/jetty-ee10,testing/container-tests/jetty-ee11,testing/container-tests/undertow,testing/container-tests/tyrus -am verify

# Runs that take longer than the limits for a test that hangs.
UNHURRIED := -Dtest.timeout='1 d' -Dsurefire.timeout=0

.PHONY: soak
soak: ## Check the deliveries of three instances under faults for SECONDS=3600; SEED= repeats a run
	$(MVN) -pl greenlang-metrics-redis -am $(UNHURRIED) -Dtest=HistoryCheckerTest -Dsurefire.failIfNoSpecifiedTests=false -Dchecker.seconds=$(or $(SECONDS),3600) $(if $(SEED),-Dchecker.seed=$(SEED)) test

# Minutes on an idle machine. A machine that is shared delays the witness, as it delays everything.
.PHONY: hostile
hostile: ## Run the attacks with a witness at the full sizes of threats and faults; one class in TEST, such as TEST=CardinalityTest
	@scripts/install-test-tools
	ulimit -Sn $$(ulimit -Hn); HOSTILE=full $(MVN) $(UNHURRIED) -pl greenlang-metrics-netty,greenlang-metrics-redis -am --fail-at-end -Dtest='$(or $(TEST),**/hostile/**/*Test)' -Dsurefire.failIfNoSpecifiedTests=false test

# Each of the six forms waits for metrics between its cuts.
.PHONY: soak-client-js
soak-client-js: ## Cut the TypeScript client CUTS=1000 times per form from the real server; SEED= repeats a run
	@$(MVN) -q -Pfast,all -T 1C -pl examples/quickstart -am package
	cd clients/greenlang-metrics-client-js && npm ci && npm run build
	cd testing/e2e && npm ci && SERVER_CMD="java -jar examples/quickstart/target/fast/quickstart.jar" CUTS=$(or $(CUTS),1000) npm run soak:client-js

.PHONY: soak-redis
soak-redis: benchmarks ## Stop the Redis of two publishing instances for MINUTES=10; options in ARGS
	$(BENCHMARKS) io.greenlang.metrics.benchmarks.endurance.RedisSoak $(if $(MINUTES),--minutes $(MINUTES)) $(ARGS)

# Each of the two processes needs a file descriptor per client.
.PHONY: soak-clients
soak-clients: benchmarks ## Run CLIENTS=10000 clients that come and go for MINUTES=60; options in ARGS
	ulimit -Sn $$(ulimit -Hn); $(BENCHMARKS) io.greenlang.metrics.benchmarks.endurance.ClientSoak $(if $(MINUTES),--minutes $(MINUTES)) $(if $(CLIENTS),--clients $(CLIENTS)) $(ARGS)

# This process and the server's need a file descriptor per connection.
.PHONY: attack
attack: benchmarks ## Attack a server of 256 MiB while other clients are connected; options in ARGS
	ulimit -Sn $$(ulimit -Hn); $(BENCHMARKS) io.greenlang.metrics.benchmarks.endurance.Attacks $(ARGS)

.PHONY: bench
bench: ## Measure the fan-out beside a plain server; options in ARGS, such as ARGS=--quick
	testing/greenlang-metrics-benchmarks/run $(ARGS)

# A full run takes four hours. Without ARGS, all loads and all servers are measured in five rounds.
.PHONY: bench-peers
bench-peers: ## Compare with C floors, Bun, ws, Nchan, Mosquitto and NATS; options in ARGS, such as ARGS=--quick
	testing/greenlang-metrics-benchmarks/install-peers
	testing/greenlang-metrics-benchmarks/bench-peers $(ARGS)

.PHONY: bench-curves
bench-curves: ## Draw the costs by the size of the load into docs/images; options in ARGS, such as ARGS=--quick
	testing/greenlang-metrics-benchmarks/bench-curves $(ARGS)

BENCHMARKS := java -Xmx512m -cp "testing/greenlang-metrics-benchmarks/target/classes:testing/greenlang-metrics-benchmarks/target/lib/*"

.PHONY: benchmarks
benchmarks:
	@$(MVN) -q -pl testing/greenlang-metrics-benchmarks -am -Dmaven.test.skip=true package

.PHONY: jmh
jmh: benchmarks ## Measure single calls and their allocations; a regular expression in ARGS, such as ARGS=RecorderCall
	$(BENCHMARKS) org.openjdk.jmh.Main -prof gc -prof io.greenlang.metrics.benchmarks.jmh.CpuTimeProfiler $(ARGS)

# Needs Chromium, which scripts/install-test-tools installs.
.PHONY: bench-decode
bench-decode: benchmarks ## Measure in Chromium how long the client takes to decode publications of 1,000 series
	rm -rf testing/greenlang-metrics-benchmarks/target/frames && mkdir -p testing/greenlang-metrics-benchmarks/target/frames
	$(BENCHMARKS) io.greenlang.metrics.benchmarks.RecordedFrames --folder testing/greenlang-metrics-benchmarks/target/frames
	cd clients/greenlang-metrics-client-js && npm ci
	cd testing/e2e && npm ci && node client-js/bench-decode.mjs ../greenlang-metrics-benchmarks/target/frames

.PHONY: bench-micrometer
bench-micrometer: benchmarks ## Measure Micrometer's timers, a collection of 1,000 meters, and the delay of first values
	$(BENCHMARKS) org.openjdk.jmh.Main -prof gc -prof io.greenlang.metrics.benchmarks.jmh.CpuTimeProfiler 'MeterCall.(simple|ours)'
	$(BENCHMARKS) io.greenlang.metrics.benchmarks.MeterCost

.PHONY: bench-prometheus
bench-prometheus: benchmarks ## Measure a scrape of a Prometheus target with 5,000 series
	$(BENCHMARKS) io.greenlang.metrics.benchmarks.ScrapeCost

.PHONY: bench-otlp
bench-otlp: benchmarks ## Measure the data points per second that one core receives over OTLP; parts of names of kinds in ARGS
	$(BENCHMARKS) io.greenlang.metrics.benchmarks.OtlpIngest $(ARGS)

.PHONY: bench-jfr
bench-jfr: benchmarks ## Measure the source of JFR while it is watched and while it is not; seconds per phase in ARGS
	$(BENCHMARKS) io.greenlang.metrics.benchmarks.JfrCost $(ARGS)

.PHONY: bench-jmx
bench-jmx: benchmarks ## Measure collections of the platform's MBeans; their number in ARGS
	$(BENCHMARKS) io.greenlang.metrics.benchmarks.JmxCost $(ARGS)

.PHONY: bench-starter
bench-starter: ## Measure the start of a Spring Boot 4 application with and without the starter
	$(MVN) -q -pl integrations/greenlang-metrics-spring-boot-starter -am -Dtest=StartUpBenchmark -Dsurefire.failIfNoSpecifiedTests=false test

.PHONY: bytes-per-sample
bytes-per-sample: benchmarks ## Measure the bytes per sample of batches and columns; ARGS="--record 120" records again
	$(BENCHMARKS) io.greenlang.metrics.benchmarks.BytesPerSample $(ARGS)

.PHONY: cost
cost: benchmarks ## Measure the cost of all built-in sources at their intervals, for ARGS seconds
	$(BENCHMARKS) io.greenlang.metrics.benchmarks.CollectorCost $(ARGS)

.PHONY: history-memory
history-memory: benchmarks ## Measure the memory of an hour of history of 10,000 series
	java -Xmx4g -cp "testing/greenlang-metrics-benchmarks/target/classes:testing/greenlang-metrics-benchmarks/target/lib/*" io.greenlang.metrics.benchmarks.HistoryMemory

.PHONY: publish-latency
publish-latency: benchmarks ## Measure publishing beside clients that subscribe and unsubscribe; options in ARGS
	java -Xmx2g -cp "testing/greenlang-metrics-benchmarks/target/classes:testing/greenlang-metrics-benchmarks/target/lib/*" io.greenlang.metrics.benchmarks.PublishLatency $(ARGS)

.PHONY: history-pages
history-pages: benchmarks ## Measure the CPU time of reading an hour of history; BEFORE=the core's jar of an earlier build
	testing/greenlang-metrics-benchmarks/history-pages $(BEFORE)

.PHONY: redis-memory
redis-memory: benchmarks ## Measure the memory of publications in an empty Redis; REDIS=redis://localhost:6379
	$(BENCHMARKS) io.greenlang.metrics.benchmarks.redis.RedisMemory $(or $(REDIS),redis://localhost:6379)

.PHONY: redis-delivery
redis-delivery: benchmarks ## Measure the latency that an empty Redis adds; its address in REDIS=, options in ARGS
	$(BENCHMARKS) io.greenlang.metrics.benchmarks.redis.RedisDelivery --redis $(or $(REDIS),redis://localhost:6379) $(ARGS)

.PHONY: reconnect
reconnect: benchmarks ## Kill or restart one of two instances and measure the reconnects of its clients; REDIS=, ARGS=
	ulimit -Sn $$(ulimit -Hn); $(BENCHMARKS) io.greenlang.metrics.benchmarks.reconnect.Reconnect --redis $(or $(REDIS),redis://localhost:6379) $(ARGS)

# The clients have core 1, and the server core 0.
.PHONY: bench-tls
bench-tls: benchmarks ## Measure the CPU time per delivery with TLS beside that without; options in ARGS
	ulimit -Sn $$(ulimit -Hn); taskset -c 1 $(BENCHMARKS) io.greenlang.metrics.benchmarks.delivery.TlsCost $(ARGS)

.PHONY: bench-sse
bench-sse: benchmarks ## Measure server-sent events beside WebSockets: CPU time per delivery and memory; options in ARGS
	ulimit -Sn $$(ulimit -Hn); taskset -c 1 $(BENCHMARKS) io.greenlang.metrics.benchmarks.delivery.SseCost $(ARGS)

.PHONY: bench-containers
bench-containers: ## Measure Tomcat, Jetty and Undertow beside a plain endpoint; options in ARGS
	testing/container-tests/bench $(ARGS)

# Two builds take about five minutes.
.PHONY: verify-reproducible
verify-reproducible: ## Build the published modules twice, and compare the jars
	scripts/verify-reproducible

.PHONY: format
format: ## Format every source file
	$(MVN) -q spotless:apply
