package io.greenlang.metrics.testkit.transport.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionLog;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Token expiry, and the absence of tokens from the log. */
public interface TokenContract extends ContractPart {

  @Test
  default void token_anyLocationAndOutcome_isNeverLogged() {
    String valid = ContractTokens.valid();
    String invalid =
        ContractTokens.signed("{\"alg\":\"HS256\"}", "{\"sub\":\"x\"}", "y".repeat(64));
    String log =
        ConnectionLog.capture(
            () -> {
              fixture().serveWithTokens();
              for (String token : List.of(valid, invalid)) {
                connectEachWay(token);
              }
              fixture().server().stop();
            });
    assertThat(log.contains("Refused the token of "))
        .as("the log is recorded, including DEBUG")
        .isTrue();
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
    fixture().useHub(MetricsHub.builder().clock(clock).build());
    fixture().serveWithTokens();
    String token = ContractTokens.expiring(now.plusSeconds(600), "");
    RawWebSocket client = fixture().connectRaw(fixture().url("token=" + token));
    clock.advance(Duration.ofSeconds(629));
    client.ask(TransportFixture.subscribe(""), "subscribed");
    clock.advance(Duration.ofSeconds(3));
    ReceivedMessage error = client.nextMessage();
    assertThat(error.text("code")).isEqualTo("TOKEN_EXPIRED");
    assertThat(client.awaitCloseCode()).isEqualTo(4401);
    client.send(RawWebSocketFrame.close(4401));
    assertThat(client.nextFrame()).as("the close frame is the last frame").isNull();
    assertThat(fixture().server().stats().errors()).isEqualTo(1);
  }

  /** Completes number 30 of the hostile inputs. */
  @Test
  default void token_expiresDuringReplay_receivesErrorAndClose4401() {
    Instant now = Instant.now();
    ManualClock clock = new ManualClock(now);
    fixture().useHub(MetricsHub.builder().clock(clock).build());
    fixture().serveWithTokens();
    for (int i = 0; i < 2000; i++) {
      fixture().publish("n", i);
    }
    String token = ContractTokens.expiring(now.plusSeconds(600), "");
    RawWebSocket client = fixture().connectRaw(fixture().url("token=" + token));
    client.send(TransportFixture.subscribe(",\"since\":\"" + now.minusSeconds(60) + "\""));
    clock.advance(Duration.ofSeconds(632));
    ReceivedMessage message = client.nextMessage();
    while (!message.text("code").equals("TOKEN_EXPIRED")) {
      message = client.nextMessage();
    }
    assertThat(client.awaitCloseCode()).isEqualTo(4401);
  }

  private void connectEachWay(String token) {
    RawWebSocket client =
        fixture().closeAfterTest(RawWebSocket.open(fixture().url("token=" + token)));
    client.send("{\"type\":\"refresh_token\",\"data\":{\"token\":\"" + token + "\"}}");
    client.send("{\"type\":\"refresh_token\",\"data\":{\"token\":\"" + token + "\",}}");
    client.nextFrame();
    client.reset();
    fixture().connectTcp().handshakeAt("/ws/metrics?token=" + token, "Sec-WebSocket-Version: 13");
    fixture().connectTcp().handshakeAt("/ws/metrics?token=" + token, "Sec-WebSocket-Version: 7");
    fixture().connectTcp().handshakeAt("/ws/metricz?token=" + token, "Sec-WebSocket-Version: 13");
    fixture()
        .connectTcp()
        .handshakeAt("/ws/metrics?token=" + token + "%", "Sec-WebSocket-Version: 13");
    fixture()
        .connectTcp()
        .handshakeAt("/ws/metrics?token=\u0001" + token, "Sec-WebSocket-Version: 13");
    fixture().connectTcp().handshake("Authorization: Bearer " + token);
    fixture().connectTcp().handshake("Authorization: Bearer\u0001 " + token);
    fixture().connectTcp().handshake("Authorization: Bearer " + token, "Origin: http://" + token);
    fixture().connectTcp().handshake("Sec-WebSocket-Protocol: greenlang.v1, bearer." + token);
    fixture().connectTcp().handshake("Sec-WebSocket-Protocol: bearer." + token + ", chat, x y");
    pipelined(token);
  }

  /** Sends requests before and after the one that is upgraded. */
  private void pipelined(String token) {
    RawWebSocket client = fixture().connectTcp();
    byte[] upgrade =
        client.requestHead(
            "GET /ws/metrics?token=" + token,
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    byte[] health = client.requestHead("GET /health?token=" + token);
    ByteArrayOutputStream requests = new ByteArrayOutputStream();
    for (byte[] request : new byte[][] {health, upgrade, upgrade}) {
      requests.writeBytes(request);
    }
    for (int i = 0; i < 300; i++) {
      requests.writeBytes(health);
    }
    client.send(requests.toByteArray());
    client.nextResponse(false);
    client.nextResponse(false);
    client.reset();
  }
}
