package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The opening handshake: which requests are upgraded and which are rejected. */
interface TransportHandshakeContract extends TransportContractPart {

  String UPGRADE = "Upgrade: websocket";
  String VERSION = "Sec-WebSocket-Version: 13";
  String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

  @Test
  default void connect_anonymousServer_receivesWelcomeFirst() {
    rig().serve();
    TransportMessage welcome = rig().connect(rig().server().url(), b -> b).message();
    assertThat(welcome.type()).isEqualTo("welcome");
    assertThat(welcome.text("client_id")).isNotEmpty();
    assertThat(welcome.body().get("heartbeat_interval").asDouble()).isEqualTo(3600);
    assertThat(welcome.body().get("timestamp").asDouble()).isGreaterThan(1.7e9);
    assertThat(welcome.text("server_time")).endsWith("Z");
  }

  @Test
  default void connect_severalSubprotocols_selectsOurs() {
    rig().serve();
    WebSocketTestClient client =
        rig().connect(rig().server().url(), b -> b.subprotocols("chat", "greenlang.v1"));
    assertThat(client.subprotocol()).isEqualTo("greenlang.v1");
  }

  @Test
  default void connect_unknownSubprotocol_selectsNone() {
    rig().serve();
    RawWebSocket.Response response = rig().tcp().upgrade("Sec-WebSocket-Protocol: chat");
    assertThat(response.head()).doesNotContain("sec-websocket-protocol");
  }

  @Test
  default void connect_otherOrigin_isForbidden() {
    rig().serve();
    for (String origin :
        List.of("https://evil.example", "null", "http://127.0.0.1.evil.example", "file://", "")) {
      assertThat(outcome("Origin: " + origin))
          .as(origin)
          .matches(TransportOutcome.pattern(rig().expected("a page of another host", "403")));
    }
    assertThat(rig().server().stats().framesOut()).as("no frame was sent to any of them").isZero();
  }

  @Test
  default void connect_ownOrigin_isAccepted() {
    TransportServer server = rig().serve();
    rig().tcp().upgrade("Origin: http://127.0.0.1:" + server.url().getPort());
  }

  @Test
  default void connect_allowedOrigins_othersAreForbidden() {
    TransportServer server =
        rig().serve(b -> b.allowAnonymous().allowedOrigins(List.of("https://app.example")));
    rig().tcp().upgrade("Origin: https://app.example");
    assertThat(outcome("Origin: https://app.example:8443"))
        .isEqualTo(rig().expected("a page of an origin that is not allowed", "403"));
    assertThat(outcome("Origin: https://app.example.evil.example"))
        .isEqualTo(rig().expected("a page of an origin that is not allowed", "403"));
    assertThat(outcome("Origin: http://127.0.0.1:" + server.url().getPort()))
        .isEqualTo(rig().expected("a page of an origin that is not allowed", "403"));
  }

  /** Firefox sends the header in this form. */
  @Test
  default void connect_connectionHeaderIsList_isAccepted() {
    assertThat(statusOf(UPGRADE, "Connection: keep-alive, Upgrade", VERSION, KEY)).isEqualTo(101);
  }

  /** A proxy in between would not treat the connection as a WebSocket. */
  @Test
  default void connect_withoutConnectionUpgrade_isRejected() {
    assertThat(statusOf(UPGRADE, "Connection: keep-alive", VERSION, KEY)).isBetween(400, 599);
  }

  @Test
  default void connect_withoutKey_isRejected() {
    assertThat(Integer.toString(statusOf(UPGRADE, "Connection: Upgrade", VERSION)))
        .matches(
            TransportOutcome.pattern(
                rig().expected("a request without a key", TransportOutcome.CLIENT_ERROR)));
  }

  private int statusOf(String... headers) {
    rig().serve();
    return rig().tcp().request("GET /ws/metrics", headers).status();
  }

  private String outcome(String header) {
    RawWebSocket client = rig().tcp();
    return TransportOutcome.ofHandshake(client, client.handshake(header));
  }
}
