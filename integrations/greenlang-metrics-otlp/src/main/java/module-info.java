/** A receiver of metrics over OTLP/HTTP, as an HTTP endpoint of a server. */
module io.greenlang.metrics.otlp {
  requires transitive io.greenlang.metrics.websocket;
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;
  requires org.slf4j;

  exports io.greenlang.metrics.otlp;
}
