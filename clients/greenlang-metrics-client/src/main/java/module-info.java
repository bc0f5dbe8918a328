/** A client for the metrics of one server, on the WebSocket of the JDK. */
module io.greenlang.metrics.client {
  requires static transitive org.jspecify;
  requires io.greenlang.metrics.codec;
  requires transitive java.net.http;

  exports io.greenlang.metrics.client;
  exports io.greenlang.metrics.client.model;
}
