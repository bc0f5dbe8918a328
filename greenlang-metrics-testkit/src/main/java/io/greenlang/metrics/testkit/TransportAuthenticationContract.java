package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.WebSocketHandshakeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who gets in by which token, and what those get who do not. */
interface TransportAuthenticationContract extends TransportContractPart {

  /** How long a token may be, and then some. */
  int HUGE = 64 * 1024;

  @Test
  default void connect_tokenInQuery_isWelcome() {
    rig().serveWithTokens();
    rig().raw(rig().url("token=" + TransportTokens.good()));
    assertThat(rig().server().stats().connectedClients()).isEqualTo(1);
  }

  @Test
  default void connect_tokenInAuthorization_isWelcome() {
    rig().serveWithTokens();
    String token = TransportTokens.good();
    WebSocketTestClient client =
        rig().connect(rig().server().url(), b -> b.header("Authorization", "Bearer " + token));
    assertThat(client.message().type()).isEqualTo("welcome");
  }

  @Test
  default void connect_tokenInSubprotocol_isWelcomeAndNotEchoed() {
    rig().serveWithTokens();
    RawWebSocket client = rig().tcp();
    RawWebSocket.Response response =
        client.upgrade("Sec-WebSocket-Protocol: greenlang.v1, bearer." + TransportTokens.good());
    assertThat(response.head()).contains("sec-websocket-protocol: greenlang.v1\r\n");
    assertThat(response.head()).doesNotContain("bearer");
    assertThat(client.message().type()).isEqualTo("welcome");
  }

  /** Queries that let nobody in, by what is wrong with them. */
  static Stream<Map.Entry<String, String>> wrongQueries() {
    Instant past = Instant.now().minusSeconds(3600);
    String good = TransportTokens.good();
    String claims = "{\"sub\":\"x\",\"exp\":" + TransportTokens.hourFromNow() + "}";
    return Stream.of(
        Map.entry("none", "x=1"),
        Map.entry("empty", "token="),
        Map.entry("no token", "token=abc"),
        Map.entry("expired", "token=" + TransportTokens.expiring(past, "")),
        Map.entry("alg none", "token=" + TransportTokens.unsigned("none")),
        Map.entry("alg None", "token=" + TransportTokens.unsigned("None")),
        Map.entry("alg HS256, not signed", "token=" + TransportTokens.unsigned("HS256")),
        Map.entry(
            "other secret",
            "token=" + TransportTokens.signed("{\"alg\":\"HS256\"}", claims, "x".repeat(64))),
        Map.entry(
            "other algorithm",
            "token="
                + TransportTokens.signed("{\"alg\":\"HS512\"}", claims, TransportTokens.SECRET)),
        Map.entry("signature cut", "token=" + good.substring(0, good.length() - 4)),
        Map.entry("no exp", "token=" + TransportTokens.signed("{\"sub\":\"x\"}")),
        Map.entry(
            "no sub",
            "token=" + TransportTokens.signed("{\"exp\":" + TransportTokens.hourFromNow() + "}")),
        Map.entry(
            "exp is text", "token=" + TransportTokens.signed("{\"sub\":\"x\",\"exp\":\"1\"}")),
        Map.entry(
            "exp is huge", "token=" + TransportTokens.signed("{\"sub\":\"x\",\"exp\":1e308}")),
        Map.entry(
            "exp is negative", "token=" + TransportTokens.signed("{\"sub\":\"x\",\"exp\":-1}")),
        Map.entry("channels is text", "token=" + TransportTokens.withClaims(",\"channels\":\"*\"")),
        Map.entry("tags is a list", "token=" + TransportTokens.withClaims(",\"tags\":[1]")),
        Map.entry("two tokens", "token=" + good + "&token=" + good),
        Map.entry("NUL in it", "token=" + good + "%00"),
        Map.entry(
            "crit",
            "token="
                + TransportTokens.signed(
                    "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", claims, TransportTokens.SECRET)));
  }

  @ParameterizedTest
  @MethodSource("io.greenlang.metrics.testkit.TransportAuthenticationContract#wrongQueries")
  default void connect_wrongToken_isToldAndClosedAndGetsNothingElse(
      Map.Entry<String, String> query) {
    rig().serveWithTokens();
    RawWebSocket client = rig().keep(RawWebSocket.open(rig().url(query.getValue())));
    client.send(TransportRig.subscribe(""));
    rig().publish("n", 1);
    RawWebSocketFrame error = Objects.requireNonNull(client.frame());
    assertThat(error.message().body()).isEqualTo(unauthorized());
    RawWebSocketFrame close = Objects.requireNonNull(client.frame());
    assertThat(close.opcode()).isEqualTo(RawWebSocketFrame.CLOSE);
    assertThat(close.closeCode()).isEqualTo(4401);
    client.send(RawWebSocketFrame.close(4401));
    assertThat(client.frame()).as("nothing behind the close frame").isNull();
    assertThat(rig().server().stats().connectedClients()).isZero();
    assertThat(rig().server().stats().totalSubscriptions()).isZero();
  }

  @Test
  default void connect_wrongTokenByTheJdk_sees4401() {
    rig().serveWithTokens();
    WebSocketTestClient client = rig().connect(rig().url("token=wrong"), b -> b);
    assertThat(client.message().text("code")).isEqualTo("UNAUTHORIZED");
    assertThat(client.closeCode()).isEqualTo(4401);
  }

  @Test
  default void connect_wrongAuthorization_is401() {
    require(TransportCapability.REAL_STATUS);
    rig().serveWithTokens();
    for (String value : List.of("Bearer wrong", "Basic dGVzdDp0ZXN0", "Bearer", "bearer  ")) {
      assertThat(rig().tcp().handshake("Authorization: " + value).status()).isEqualTo(401);
    }
    assertThatThrownBy(
            () ->
                rig().connect(rig().server().url(), b -> b.header("Authorization", "Bearer wrong")))
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            e -> assertThat(e.getResponse().statusCode()).isEqualTo(401));
  }

  @Test
  default void connect_goodTokenInTwoPlaces_isRefused() {
    rig().serveWithTokens();
    String token = TransportTokens.good();
    RawWebSocket client = rig().keep(RawWebSocket.tcp(rig().url("token=" + token)));
    RawWebSocket.Response response = client.handshake("Sec-WebSocket-Protocol: bearer." + token);
    assertThat(response.status()).isEqualTo(101);
    assertThat(client.closeCode()).isEqualTo(4401);
  }

  @Test
  default void connect_hugeToken_isRefused() {
    rig().serveWithTokens();
    RawWebSocket client = rig().tcp();
    RawWebSocket.Response response =
        client.handshakeAt("/ws/metrics?token=" + "a".repeat(HUGE), "Sec-WebSocket-Version: 13");
    assertThat(response.status()).isBetween(400, 499);
    RawWebSocket other = rig().tcp();
    assertThat(other.handshake("Authorization: Bearer " + "a".repeat(HUGE)).status())
        .isBetween(400, 499);
  }

  private static JsonNode unauthorized() {
    String json =
        "{\"type\":\"error\",\"message\":\"Invalid authentication token\",\"code\":\"UNAUTHORIZED\"}";
    return new RawWebSocketFrame(
            true, 0, RawWebSocketFrame.TEXT, RawWebSocketFrame.text(json).payload())
        .message()
        .body();
  }
}
