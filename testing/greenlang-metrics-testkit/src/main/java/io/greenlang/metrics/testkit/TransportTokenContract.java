package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.hub.MetricsHub;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Token expiry, and the absence of tokens from the log. */
interface TransportTokenContract extends TransportContractPart {

  @Test
  default void token_anyLocationAndOutcome_isNeverLogged() {
    String valid = TransportTokens.good();
    String invalid =
        TransportTokens.signed("{\"alg\":\"HS256\"}", "{\"sub\":\"x\"}", "y".repeat(64));
    String log =
        TransportLog.during(
            () -> {
              rig().serveWithTokens();
              for (String token : List.of(valid, invalid)) {
                connectEachWay(token);
              }
              rig().server().stop();
            });
    assertThat(log.contains("client refused")).as("the log is recorded, including DEBUG").isTrue();
    for (String token : List.of(valid, invalid)) {
      for (String segment : token.split("\\.", -1)) {
        assertThat(log.contains(segment))
            .as("part of a token is in the log: %s", segment)
            .isFalse();
      }
    }
  }

  @Test
  default void token_expiresWhileConnected_receivesOneErrorAndClose4401() {
    Instant now = Instant.now();
    ManualClock clock = new ManualClock(now);
    rig().use(MetricsHub.builder().clock(clock).build());
    rig().serveWithTokens();
    String token = TransportTokens.expiring(now.plusSeconds(600), "");
    RawWebSocket client = rig().raw(rig().url("token=" + token));
    clock.advance(Duration.ofSeconds(629));
    client.ask(TransportRig.subscribe(""), "subscribed");
    clock.advance(Duration.ofSeconds(3));
    TransportMessage error = client.message();
    assertThat(error.text("code")).isEqualTo("TOKEN_EXPIRED");
    assertThat(client.closeCode()).isEqualTo(4401);
    client.send(RawWebSocketFrame.close(4401));
    assertThat(client.frame()).as("the close frame is the last frame").isNull();
    assertThat(rig().server().stats().errors()).isEqualTo(1);
  }

  /** Completes number 30 of the {@linkplain TransportHostileContract#THIRTY hostile inputs}. */
  @Test
  default void token_expiresDuringReplay_receivesErrorAndClose4401() {
    Instant now = Instant.now();
    ManualClock clock = new ManualClock(now);
    rig().use(MetricsHub.builder().clock(clock).build());
    rig().serveWithTokens();
    for (int i = 0; i < 2000; i++) {
      rig().publish("n", i);
    }
    String token = TransportTokens.expiring(now.plusSeconds(600), "");
    RawWebSocket client = rig().raw(rig().url("token=" + token));
    client.send(TransportRig.subscribe(",\"since\":\"" + now.minusSeconds(60) + "\""));
    clock.advance(Duration.ofSeconds(632));
    TransportMessage message = client.message();
    while (!message.text("code").equals("TOKEN_EXPIRED")) {
      message = client.message();
    }
    assertThat(client.closeCode()).isEqualTo(4401);
  }

  private void connectEachWay(String token) {
    RawWebSocket client = rig().keep(RawWebSocket.open(rig().url("token=" + token)));
    client.send("{\"type\":\"refresh_token\",\"data\":{\"token\":\"" + token + "\"}}");
    client.send("{\"type\":\"refresh_token\",\"data\":{\"token\":\"" + token + "\",}}");
    client.frame();
    client.cut();
    rig().tcp().handshakeAt("/ws/metrics?token=" + token, "Sec-WebSocket-Version: 13");
    rig().tcp().handshakeAt("/ws/metrics?token=" + token, "Sec-WebSocket-Version: 7");
    rig().tcp().handshakeAt("/ws/metricz?token=" + token, "Sec-WebSocket-Version: 13");
    rig().tcp().handshakeAt("/ws/metrics?token=" + token + "%", "Sec-WebSocket-Version: 13");
    rig().tcp().handshakeAt("/ws/metrics?token=\u0001" + token, "Sec-WebSocket-Version: 13");
    rig().tcp().handshake("Authorization: Bearer " + token);
    rig().tcp().handshake("Authorization: Bearer\u0001 " + token);
    rig().tcp().handshake("Authorization: Bearer " + token, "Origin: http://" + token);
    rig().tcp().handshake("Sec-WebSocket-Protocol: greenlang.v1, bearer." + token);
    rig().tcp().handshake("Sec-WebSocket-Protocol: bearer." + token + ", chat, x y");
    pipelined(token);
  }

  /** Sends requests before and after the one that is upgraded. */
  private void pipelined(String token) {
    RawWebSocket client = rig().tcp();
    byte[] upgrade =
        client.head(
            "GET /ws/metrics?token=" + token,
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    byte[] health = client.head("GET /health?token=" + token);
    ByteArrayOutputStream requests = new ByteArrayOutputStream();
    for (byte[] request : new byte[][] {health, upgrade, upgrade}) {
      requests.writeBytes(request);
    }
    for (int i = 0; i < 300; i++) {
      requests.writeBytes(health);
    }
    client.send(requests.toByteArray());
    client.response(false);
    client.response(false);
    client.cut();
  }
}
