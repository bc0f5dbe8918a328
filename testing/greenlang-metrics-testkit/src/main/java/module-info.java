/* Contract suites for implementations of the SPIs, and clients for tests. Open to JUnit. */
open module io.greenlang.metrics.testkit {
  requires transitive io.greenlang.metrics.websocket;
  requires transitive org.assertj.core;
  requires transitive org.junit.jupiter.api;
  requires transitive org.junit.jupiter.params;
  requires static transitive org.jspecify;
  requires awaitility;
  requires com.fasterxml.jackson.core;
  requires transitive com.fasterxml.jackson.databind;
  requires com.nimbusds.jose.jwt;
  requires io.greenlang.metrics.codec;
  requires jackson.dataformat.msgpack;
  requires java.compiler;
  requires java.management;
  requires transitive java.net.http;
  requires jdk.httpserver;
  requires jdk.management;
  requires msgpack.core;
  requires org.slf4j;

  exports io.greenlang.metrics.testkit;
  exports io.greenlang.metrics.testkit.client;
  exports io.greenlang.metrics.testkit.load;
  exports io.greenlang.metrics.testkit.model;
  exports io.greenlang.metrics.testkit.random;
  exports io.greenlang.metrics.testkit.security;
  exports io.greenlang.metrics.testkit.tls;
  exports io.greenlang.metrics.testkit.transport;
  exports io.greenlang.metrics.testkit.transport.conformance;
  exports io.greenlang.metrics.testkit.transport.connection;
  exports io.greenlang.metrics.testkit.transport.fixture;
  exports io.greenlang.metrics.testkit.transport.hostile;
  exports io.greenlang.metrics.testkit.transport.sse;
  exports io.greenlang.metrics.testkit.transport.stream;
}
