package io.greenlang.metrics.testkit.transport.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.client.WebSocketTestClient;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The opening handshake: which requests are upgraded and which are rejected. */
public interface HandshakeContract extends ContractPart {

  String UPGRADE = "Upgrade: websocket";
  String VERSION = "Sec-WebSocket-Version: 13";
  String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

  @Test
  default void connect_anonymousServer_receivesWelcomeFirst() {
    fixture().serve();
    ReceivedMessage welcome = fixture().connect(fixture().server().url(), b -> b).nextMessage();
    assertThat(welcome.type()).isEqualTo("welcome");
    assertThat(welcome.text("client_id")).isNotEmpty();
    assertThat(welcome.body().get("heartbeat_interval").asDouble()).isEqualTo(3600);
    assertThat(welcome.body().get("timestamp").asDouble()).isGreaterThan(1.7e9);
    assertThat(welcome.text("server_time")).endsWith("Z");
  }

  @Test
  default void connect_severalSubprotocols_selectsOurs() {
    fixture().serve();
    WebSocketTestClient client =
        fixture().connect(fixture().server().url(), b -> b.subprotocols("chat", "greenlang.v1"));
    assertThat(client.subprotocol()).isEqualTo("greenlang.v1");
  }

  @Test
  default void connect_unknownSubprotocol_selectsNone() {
    fixture().serve();
    RawHttpConnection.Response response =
        fixture().connectTcp().upgrade("Sec-WebSocket-Protocol: chat");
    assertThat(response.head()).doesNotContain("sec-websocket-protocol");
  }

  @Test
  default void connect_otherOrigin_isForbidden() {
    fixture().serve();
    for (String origin :
        List.of("https://evil.example", "null", "http://127.0.0.1.evil.example", "file://", "")) {
      assertThat(outcome("Origin: " + origin))
          .as(origin)
          .matches(
              ConnectionOutcome.pattern(
                  fixture().expectedOutcome("a page of another origin", "403")));
    }
    assertThat(fixture().server().stats().framesOut())
        .as("no frame was sent to any of them")
        .isZero();
  }

  @Test
  default void connect_ownOrigin_isAccepted() {
    ContractServer server = fixture().serve();
    fixture().connectTcp().upgrade("Origin: http://127.0.0.1:" + server.url().getPort());
  }

  @Test
  default void connect_allowedOrigins_othersAreForbidden() {
    ContractServer server =
        fixture().serve(b -> b.allowAnonymous().allowedOrigins(List.of("https://app.example")));
    fixture().connectTcp().upgrade("Origin: https://app.example");
    assertThat(outcome("Origin: https://app.example:8443"))
        .isEqualTo(fixture().expectedOutcome("a page of an origin that is not allowed", "403"));
    assertThat(outcome("Origin: https://app.example.evil.example"))
        .isEqualTo(fixture().expectedOutcome("a page of an origin that is not allowed", "403"));
    assertThat(outcome("Origin: http://127.0.0.1:" + server.url().getPort()))
        .isEqualTo(fixture().expectedOutcome("a page of an origin that is not allowed", "403"));
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
            ConnectionOutcome.pattern(
                fixture()
                    .expectedOutcome("a request without a key", ConnectionOutcome.CLIENT_ERROR)));
  }

  private int statusOf(String... headers) {
    fixture().serve();
    return fixture().connectTcp().request("GET /ws/metrics", headers).status();
  }

  private String outcome(String header) {
    RawWebSocket client = fixture().connectTcp();
    return ConnectionOutcome.handshakeOutcome(client, client.handshake(header));
  }
}
