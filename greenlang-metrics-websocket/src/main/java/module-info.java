/** The WebSocket server: its protocol, authentication, and the SPI of transports. */
@SuppressWarnings("module") // the modules that internal packages are exported to are built later
module io.greenlang.metrics.websocket {
  requires transitive io.greenlang.metrics;
  requires static transitive org.jspecify;
  requires static jakarta.servlet;
  requires static jakarta.websocket;
  requires static jakarta.websocket.client;
  requires com.fasterxml.jackson.core;
  requires com.nimbusds.jose.jwt;
  requires io.greenlang.metrics.codec;
  requires io.greenlang.metrics.ingest;
  requires java.net.http;
  requires msgpack.core;
  requires org.slf4j;

  exports io.greenlang.metrics.websocket;
  exports io.greenlang.metrics.websocket.auth;
  exports io.greenlang.metrics.websocket.dashboard;
  exports io.greenlang.metrics.websocket.http;
  exports io.greenlang.metrics.websocket.transport;
  // Jetty calls the endpoint through a public lookup, which sees unqualified exports only.
  exports io.greenlang.metrics.websocket.internal.jakarta;
  exports io.greenlang.metrics.websocket.internal.protocol to
      io.greenlang.metrics.testkit;

  uses io.greenlang.metrics.websocket.transport.TransportProvider;
}
