/** The meters of Micrometer as metrics: a registry of our own, and a source that reads any. */
@SuppressWarnings("requires-transitive-automatic") // Micrometer names its module in the manifest
module io.greenlang.metrics.micrometer {
  requires transitive io.greenlang.metrics;
  requires static transitive io.greenlang.metrics.websocket;
  requires static transitive org.jspecify;
  requires transitive micrometer.core;
  requires org.slf4j;

  exports io.greenlang.metrics.micrometer;
}
