package io.greenlang.metrics.testkit.transport.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.client.WebSocketTestClient;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Authentication: where a client may present its token, and how a bad one is rejected. */
public interface AuthenticationContract extends ContractPart {

  @Test
  default void connect_tokenInQuery_isAccepted() {
    fixture().serveWithTokens();
    fixture().connectRaw(fixture().url("token=" + ContractTokens.valid()));
    assertThat(fixture().server().stats().connectedClients()).isEqualTo(1);
  }

  @Test
  default void connect_tokenInAuthorization_isAccepted() {
    fixture().serveWithTokens();
    String token = ContractTokens.valid();
    WebSocketTestClient client =
        fixture()
            .connect(fixture().server().url(), b -> b.header("Authorization", "Bearer " + token));
    assertThat(client.nextMessage().type()).isEqualTo("welcome");
  }

  @Test
  default void connect_tokenInSubprotocol_isAcceptedAndNotEchoed() {
    fixture().serveWithTokens();
    RawWebSocket client = fixture().connectTcp();
    RawHttpConnection.Response response =
        client.upgrade("Sec-WebSocket-Protocol: greenlang.v1, bearer." + ContractTokens.valid());
    assertThat(response.head()).contains("sec-websocket-protocol: greenlang.v1\r\n");
    assertThat(response.head()).doesNotContain("bearer");
    assertThat(client.nextMessage().type()).isEqualTo("welcome");
  }

  @Test
  default void connect_wrongToken_receivesOnlyErrorAndClose4401() {
    fixture().serveWithTokens();
    RawWebSocket client = fixture().closeAfterTest(RawWebSocket.open(fixture().url("token=wrong")));
    client.send(TransportFixture.subscribe(""));
    fixture().publish("n", 1);
    RawWebSocketFrame error = Objects.requireNonNull(client.nextFrame());
    assertThat(error.message().body()).isEqualTo(unauthorizedError());
    RawWebSocketFrame close = Objects.requireNonNull(client.nextFrame());
    assertThat(close.opcode()).isEqualTo(RawWebSocketFrame.CLOSE);
    assertThat(close.closeCode()).isEqualTo(4401);
    client.send(RawWebSocketFrame.close(4401));
    assertThat(client.nextFrame()).as("nothing after the close frame").isNull();
    assertThat(fixture().server().stats().connectedClients()).isZero();
    assertThat(fixture().server().stats().totalSubscriptions()).isZero();
  }

  @Test
  default void connect_wrongTokenFromJdkClient_closes4401() {
    fixture().serveWithTokens();
    WebSocketTestClient client = fixture().connect(fixture().url("token=wrong"), b -> b);
    assertThat(client.nextMessage().text("code")).isEqualTo("UNAUTHORIZED");
    assertThat(client.awaitCloseCode()).isEqualTo(4401);
  }

  @Test
  default void connect_wrongAuthorization_isRejectedWith401() {
    fixture().serveWithTokens();
    for (String value : List.of("Bearer wrong", "Bearer", "bearer  ")) {
      RawWebSocket client = fixture().connectTcp();
      assertThat(
              ConnectionOutcome.handshakeOutcome(
                  client, client.handshake("Authorization: " + value)))
          .as(value)
          .isEqualTo(fixture().expectedOutcome("a wrong token in Authorization", "401"));
    }
  }

  /** A proxy's credentials: a browser adds them to its handshake, and cannot read a status. */
  @Test
  default void connect_otherAuthorization_isIgnored() {
    fixture().serveWithTokens();
    String basic = "Authorization: Basic dGVzdDp0ZXN0";
    for (String query : List.of("x=1", "token=wrong")) {
      RawWebSocket client = fixture().closeAfterTest(RawWebSocket.connect(fixture().url(query)));
      assertThat(ConnectionOutcome.handshakeOutcome(client, client.handshake(basic)))
          .as(query)
          .isEqualTo(ConnectionOutcome.UNAUTHORIZED);
    }
    RawWebSocket client =
        RawWebSocket.open(fixture().url("token=" + ContractTokens.valid()), basic);
    assertThat(fixture().closeAfterTest(client).nextMessage().type()).isEqualTo("welcome");
  }

  @Test
  default void connect_twoAuthorizationHeaders_isRejectedWith400() {
    fixture().serveWithTokens();
    String bearer = "Authorization: Bearer " + ContractTokens.valid();
    for (String other : List.of(bearer, "Authorization: Basic dGVzdDp0ZXN0")) {
      RawWebSocket client = fixture().connectTcp();
      assertThat(ConnectionOutcome.handshakeOutcome(client, client.handshake(bearer, other)))
          .as(other)
          .isEqualTo(fixture().expectedOutcome("two Authorization headers", "400"));
    }
  }

  @Test
  default void connect_validTokensInQueryAndAuthorization_isRejected() {
    fixture().serveWithTokens();
    String token = ContractTokens.valid();
    RawWebSocket client =
        fixture().closeAfterTest(RawWebSocket.connect(fixture().url("token=" + token)));
    assertThat(
            ConnectionOutcome.handshakeOutcome(
                client, client.handshake("Authorization: Bearer " + token)))
        .isEqualTo(fixture().expectedOutcome("a wrong token in Authorization", "401"));
  }

  @Test
  default void connect_validTokenInTwoPlaces_closes4401() {
    fixture().serveWithTokens();
    String token = ContractTokens.valid();
    RawWebSocket client =
        fixture().closeAfterTest(RawWebSocket.connect(fixture().url("token=" + token)));
    RawHttpConnection.Response response =
        client.handshake("Sec-WebSocket-Protocol: bearer." + token);
    assertThat(response.status()).isEqualTo(101);
    assertThat(client.awaitCloseCode()).isEqualTo(4401);
  }

  private static JsonNode unauthorizedError() {
    String json =
        "{\"type\":\"error\",\"message\":\"Invalid authentication token\",\"code\":\"UNAUTHORIZED\"}";
    return new RawWebSocketFrame(
            true, 0, RawWebSocketFrame.TEXT, RawWebSocketFrame.text(json).payload())
        .message()
        .body();
  }
}
