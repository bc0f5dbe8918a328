package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a request becomes a WebSocket, and which do not. */
interface TransportHandshakeContract extends TransportContractPart {

  @Test
  default void connect_anonymousServer_welcomesFirst() {
    rig().serve();
    TransportMessage welcome = rig().connect(rig().server().url(), b -> b).message();
    assertThat(welcome.type()).isEqualTo("welcome");
    assertThat(welcome.text("client_id")).isNotEmpty();
    assertThat(welcome.body().get("heartbeat_interval").asDouble()).isEqualTo(3600);
    assertThat(welcome.body().get("timestamp").asDouble()).isGreaterThan(1.7e9);
    assertThat(welcome.text("server_time")).endsWith("Z");
  }

  @Test
  default void connect_subprotocolsOffered_selectsOursOnly() {
    rig().serve();
    WebSocketTestClient both =
        rig().connect(rig().server().url(), b -> b.subprotocols("chat", "greenlang.v1"));
    assertThat(both.subprotocol()).isEqualTo("greenlang.v1");
  }

  @Test
  default void connect_foreignSubprotocolOnly_selectsNone() {
    rig().serve();
    RawWebSocket.Response response = rig().tcp().upgrade("Sec-WebSocket-Protocol: chat");
    assertThat(response.head()).doesNotContain("sec-websocket-protocol");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate",
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate; server_max_window_bits=999",
        "x-webkit-deflate-frame, permessage-deflate"
      })
  default void connect_deflateOffered_isNotAccepted(String extension) {
    rig().serve();
    RawWebSocket client = rig().tcp();
    RawWebSocket.Response response = client.upgrade("Sec-WebSocket-Extensions: " + extension);
    assertThat(response.head()).doesNotContain("sec-websocket-extensions");
    assertThat(client.message().type()).isEqualTo("welcome");
  }

  @Test
  default void connect_foreignOrigin_isForbidden() {
    rig().serve();
    for (String origin :
        List.of("https://evil.example", "null", "http://127.0.0.1.evil.example", "file://", "")) {
      assertForbidden(rig().tcp().handshake("Origin: " + origin));
    }
  }

  @Test
  default void connect_twoOrigins_isForbidden() {
    TransportServer server = rig().serve();
    String own = "Origin: http://127.0.0.1:" + server.url().getPort();
    assertForbidden(rig().tcp().handshake(own, own));
  }

  @Test
  default void connect_ownOrigin_isLetIn() {
    TransportServer server = rig().serve();
    rig().tcp().upgrade("Origin: http://127.0.0.1:" + server.url().getPort());
  }

  @Test
  default void connect_allowedOrigin_isLetInAndNoOther() {
    TransportServer server =
        rig().serve(b -> b.allowAnonymous().allowedOrigins(List.of("https://app.example")));
    rig().tcp().upgrade("Origin: https://app.example");
    assertForbidden(rig().tcp().handshake("Origin: https://app.example:8443"));
    assertForbidden(rig().tcp().handshake("Origin: https://app.example.evil.example"));
    assertForbidden(rig().tcp().handshake("Origin: http://127.0.0.1:" + server.url().getPort()));
  }

  @Test
  default void connect_foreignOriginByTheJdk_throws403() {
    require(TransportCapability.REAL_STATUS);
    rig().serve();
    assertThatThrownBy(
            () ->
                rig()
                    .connect(rig().server().url(), b -> b.header("Origin", "https://evil.example")))
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            e -> assertThat(e.getResponse().statusCode()).isEqualTo(403));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "7", "8", "12", "14", "999", "13, 8", "x"})
  default void connect_otherVersion_isToldOurs(String version) {
    require(TransportCapability.UPGRADE_REQUIRED);
    rig().serve();
    RawWebSocket client = rig().tcp();
    RawWebSocket.Response response =
        client.handshakeAt("/ws/metrics", "Sec-WebSocket-Version: " + version);
    assertThat(response.status()).isEqualTo(426);
    assertThat(response.head()).contains("sec-websocket-version: 13\r\n");
    assertThat(client.response(false).status()).as("the connection is ended").isZero();
  }

  @Test
  default void connect_noVersion_isToldOurs() {
    require(TransportCapability.UPGRADE_REQUIRED);
    rig().serve();
    assertThat(rig().tcp().handshakeAt("/ws/metrics").status()).isEqualTo(426);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "POST", "DELETE"})
  default void connect_noUpgrade_isRequired(String method) {
    require(TransportCapability.UPGRADE_REQUIRED);
    rig().serve();
    RawWebSocket.Response response = rig().tcp().request(method + " /ws/metrics");
    assertThat(response.status()).isEqualTo(426);
    assertThat(response.head()).contains("upgrade: websocket\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ws/metrics;x=1",
        "//ws/metrics",
        "/ws/%6Detrics",
        "/ws/metrics/",
        "/WS/metrics",
        "/ws/./metrics",
        "/x/../ws/metrics",
        "/ws%2Fmetrics"
      })
  default void connect_otherSpellingOfThePath_isNotFound(String path) {
    require(TransportCapability.EXACT_PATH);
    rig().serve();
    RawWebSocket.Response response = rig().tcp().handshakeAt(path, "Sec-WebSocket-Version: 13");
    assertThat(response.status()).isEqualTo(404);
  }

  @Test
  default void connect_noKey_isRefused() {
    rig().serve();
    RawWebSocket.Response response =
        rig()
            .tcp()
            .request(
                "GET /ws/metrics",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13");
    assertThat(response.status()).isBetween(400, 499);
  }

  @Test
  default void connect_afterPipelinedGets_isUpgraded() {
    require(TransportCapability.PIPELINING);
    rig().serve();
    RawWebSocket client = rig().tcp();
    client.send(pipelined(client, 100));
    for (int i = 0; i < 100; i++) {
      assertThat(client.response(false).status()).isEqualTo(200);
    }
    client.upgrade();
    assertThat(client.message().type()).isEqualTo("welcome");
  }

  @Test
  default void connect_while2000GetsArePipelined_isWelcomed() {
    rig().serve();
    RawWebSocket other = rig().tcp();
    other.send(pipelined(other, 2000));
    assertThat(rig().client().ask("{\"type\":\"?\"}", "error").type()).isEqualTo("error");
  }

  private static byte[] pipelined(RawWebSocket client, int count) {
    String get = new String(client.head("GET /health"), StandardCharsets.US_ASCII);
    return get.repeat(count).getBytes(StandardCharsets.US_ASCII);
  }

  private void assertForbidden(RawWebSocket.Response response) {
    if (rig().can(TransportCapability.REAL_STATUS)) {
      assertThat(response.status()).isEqualTo(403);
    } else {
      assertThat(response.status()).isNotEqualTo(101);
    }
  }
}
