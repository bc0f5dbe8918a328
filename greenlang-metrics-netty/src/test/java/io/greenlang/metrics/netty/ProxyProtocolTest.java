package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.tls.TestCertificate;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server behind a proxy that begins each connection with a PROXY header: the test. */
final class ProxyProtocolTest {

  private static final byte[] TEXT = ascii("PROXY TCP4 203.0.113.7 10.0.0.1 4711 8000\r\n");
  private static final byte[] BINARY =
      HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000ccb0071070a00000112671f40");
  private static final byte[] LOCAL = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000");

  private NettyFixture fixture = serve("127.0.0.1");

  @AfterEach
  void close() {
    fixture.close();
  }

  private static NettyFixture serve(String proxies) {
    return serve(proxies, builder -> builder);
  }

  private static NettyFixture serve(
      String proxies, UnaryOperator<MetricsWebSocketServerBuilder> settings) {
    return serve(proxies, settings, NettyServer.LIMITS);
  }

  private static NettyFixture serve(
      String proxies,
      UnaryOperator<MetricsWebSocketServerBuilder> settings,
      NettyTimeouts timeouts) {
    return new NettyFixture(
        builder ->
            settings.apply(
                builder
                    .allowAnonymous()
                    .trustedProxies(List.of(proxies))
                    .proxyProtocol(true)
                    .maxPendingConnectionsPerAddress(3)),
        timeouts);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private RawWebSocket connect(byte[] header) {
    RawWebSocket client = fixture.connect();
    client.send(header);
    return client;
  }

  private void awaitRefused(long count) {
    ResourceUsage.await(() -> fixture.server().stats().connectionsRefused() >= count);
  }

  @Test
  void connection_withHeader_hasAddressOfClient() {
    for (byte[] header : List.of(TEXT, BINARY)) {
      RawWebSocket client = connect(header);
      client.upgrade();
      assertThat(client.nextMessage().text("client_id")).isEqualTo("203.0.113.7:4711");
    }
  }

  @Test
  void connection_withHeaderBeforeTls_hasAddressOfClient() {
    fixture.close();
    fixture =
        serve(
            "127.0.0.1",
            builder -> builder.tls(TestCertificate.create().pemFiles()),
            NettyTimeouts.DEFAULT); // the first handshake loads TLS
    for (byte[] header : List.of(TEXT, BINARY)) {
      RawWebSocket client = fixture.connect();
      client.sendPlain(header);
      client.upgrade();
      assertThat(client.nextMessage().text("client_id")).isEqualTo("203.0.113.7:4711");
    }
  }

  @Test
  void connection_headerAndRequestInOnePacketOrBytes_isServed() {
    RawWebSocket client = fixture.connect();
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.writeBytes(BINARY);
    packet.writeBytes(client.requestHead("GET /health"));
    client.send(packet.toByteArray());
    assertThat(client.nextResponse(false).status()).isEqualTo(200);

    RawWebSocket slow = fixture.connect();
    for (byte each : packet.toByteArray()) {
      slow.send(new byte[] {each});
    }
    assertThat(slow.nextResponse(false).status()).isEqualTo(200);
  }

  @Test
  void connection_ofProxyItself_hasItsAddress() {
    RawWebSocket check = connect(LOCAL);
    assertThat(check.request("GET /health").status()).isEqualTo(200);
    RawWebSocket client = connect(LOCAL);
    client.upgrade();
    assertThat(client.nextMessage().text("client_id")).startsWith("127.0.0.1:");
  }

  @Test
  void connection_withoutHeader_isRefusedAndCounted() {
    RawHttpConnection.Response response = fixture.connect().request("GET /health");
    assertThat(response.status()).isZero();
    assertThat(connect(ascii("PROXY TCP4 1.2.3.4\r\n")).request("GET /health").status()).isZero();
    awaitRefused(2);
  }

  @Test
  void connection_silent_isClosedInTime() {
    RawWebSocket silent = fixture.connect();
    RawWebSocket incomplete = connect(ascii("PROXY TCP4"));
    assertThat(silent.nextFrame()).isNull();
    assertThat(incomplete.nextFrame()).isNull();
    ResourceUsage.await(() -> fixture.server().pending().size() == 0);
  }

  @Test
  void connection_ofOtherPeer_isRefused() {
    fixture.close();
    fixture = serve("192.0.2.1");
    assertThat(connect(TEXT).request("GET /health").status()).isZero();
    awaitRefused(1);
  }

  @Test
  void pendingConnections_ofOneClient_areLimitedByItsAddress() {
    fixture.close();
    fixture = serve("127.0.0.1", builder -> builder, NettyServer.PATIENT);
    RawWebSocket oldest = connect(BINARY);
    ResourceUsage.await(() -> fixture.server().pending().size() == 1);
    for (int i = 0; i < 3; i++) {
      connect(TEXT);
    }
    assertThat(oldest.nextFrame()).as("the connection ended").isNull();
    awaitRefused(1);
  }
}
