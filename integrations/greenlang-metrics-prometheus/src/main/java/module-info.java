/** A bridge to Prometheus: scraped targets as metrics, and the server's counts as a target. */
module io.greenlang.metrics.prometheus {
  requires transitive io.greenlang.metrics;
  requires static transitive io.greenlang.metrics.websocket;
  requires static transitive org.jspecify;
  requires transitive java.net.http;
  requires io.prometheus.metrics.model;
  requires io.prometheus.writer.text;
  requires org.slf4j;

  exports io.greenlang.metrics.prometheus;
}
