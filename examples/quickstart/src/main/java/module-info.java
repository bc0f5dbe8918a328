/** The quickstart example, as a module: what it requires is all that an application needs. */
module io.greenlang.metrics.examples.quickstart {
  requires io.greenlang.metrics.collectors;
  requires io.greenlang.metrics.dashboard;
  requires io.greenlang.metrics.netty;
  requires io.greenlang.metrics.otlp;
  requires io.greenlang.metrics.redis;
  requires static org.jspecify;
}
