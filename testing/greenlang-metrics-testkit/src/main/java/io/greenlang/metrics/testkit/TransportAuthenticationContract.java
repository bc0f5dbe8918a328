package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Authentication: where a client may present its token, and how a bad one is rejected. */
interface TransportAuthenticationContract extends TransportContractPart {

  @Test
  default void connect_tokenInQuery_isAccepted() {
    rig().serveWithTokens();
    rig().raw(rig().url("token=" + TransportTokens.good()));
    assertThat(rig().server().stats().connectedClients()).isEqualTo(1);
  }

  @Test
  default void connect_tokenInAuthorization_isAccepted() {
    rig().serveWithTokens();
    String token = TransportTokens.good();
    WebSocketTestClient client =
        rig().connect(rig().server().url(), b -> b.header("Authorization", "Bearer " + token));
    assertThat(client.message().type()).isEqualTo("welcome");
  }

  @Test
  default void connect_tokenInSubprotocol_isAcceptedAndNotEchoed() {
    rig().serveWithTokens();
    RawWebSocket client = rig().tcp();
    RawWebSocket.Response response =
        client.upgrade("Sec-WebSocket-Protocol: greenlang.v1, bearer." + TransportTokens.good());
    assertThat(response.head()).contains("sec-websocket-protocol: greenlang.v1\r\n");
    assertThat(response.head()).doesNotContain("bearer");
    assertThat(client.message().type()).isEqualTo("welcome");
  }

  @Test
  default void connect_wrongToken_receivesOnlyErrorAndClose4401() {
    rig().serveWithTokens();
    RawWebSocket client = rig().keep(RawWebSocket.open(rig().url("token=wrong")));
    client.send(TransportRig.subscribe(""));
    rig().publish("n", 1);
    RawWebSocketFrame error = Objects.requireNonNull(client.frame());
    assertThat(error.message().body()).isEqualTo(unauthorizedError());
    RawWebSocketFrame close = Objects.requireNonNull(client.frame());
    assertThat(close.opcode()).isEqualTo(RawWebSocketFrame.CLOSE);
    assertThat(close.closeCode()).isEqualTo(4401);
    client.send(RawWebSocketFrame.close(4401));
    assertThat(client.frame()).as("nothing after the close frame").isNull();
    assertThat(rig().server().stats().connectedClients()).isZero();
    assertThat(rig().server().stats().totalSubscriptions()).isZero();
  }

  @Test
  default void connect_wrongTokenFromJdkClient_closes4401() {
    rig().serveWithTokens();
    WebSocketTestClient client = rig().connect(rig().url("token=wrong"), b -> b);
    assertThat(client.message().text("code")).isEqualTo("UNAUTHORIZED");
    assertThat(client.closeCode()).isEqualTo(4401);
  }

  @Test
  default void connect_wrongAuthorization_isRejectedWith401() {
    rig().serveWithTokens();
    for (String value : List.of("Bearer wrong", "Basic dGVzdDp0ZXN0", "Bearer", "bearer  ")) {
      RawWebSocket client = rig().tcp();
      assertThat(TransportOutcome.ofHandshake(client, client.handshake("Authorization: " + value)))
          .as(value)
          .isEqualTo(rig().expected("a wrong token in Authorization", "401"));
    }
  }

  @Test
  default void connect_validTokenInTwoPlaces_closes4401() {
    rig().serveWithTokens();
    String token = TransportTokens.good();
    RawWebSocket client = rig().keep(RawWebSocket.tcp(rig().url("token=" + token)));
    RawWebSocket.Response response = client.handshake("Sec-WebSocket-Protocol: bearer." + token);
    assertThat(response.status()).isEqualTo(101);
    assertThat(client.closeCode()).isEqualTo(4401);
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
