package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.hub.MetricsHub;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Heartbeats: unresponsive clients are disconnected, others stay. The tests control the clock. */
interface TransportVitalityContract extends TransportContractPart {

  /** Slightly longer than the heartbeat interval of the server in these tests. */
  Duration BEAT = Duration.ofMillis(30_100);

  @Test
  default void heartbeat_silentClient_closesAfterTwoIntervals() {
    ManualClock clock = serveWithManualClock();
    RawWebSocket client = rig().raw();
    clock.advance(BEAT);
    RawWebSocketFrame ping = Objects.requireNonNull(client.frame());
    assertThat(ping.message().type()).isEqualTo("ping");
    assertThat(ping.message().body().get("timestamp").asDouble()).isGreaterThan(1.7e9);
    assertThat(Objects.requireNonNull(client.frame()).opcode()).isEqualTo(RawWebSocketFrame.PING);
    clock.advance(BEAT);
    assertThat(client.closeCode()).isEqualTo(4408);
  }

  @Test
  default void heartbeat_anySignOfLife_keepsConnection() {
    ManualClock clock = serveWithManualClock();
    RawWebSocket client = rig().raw();
    byte[] pongMessage = RawWebSocketFrame.text("{\"type\":\"pong\"}").masked();
    byte[] pong = RawWebSocketFrame.of(RawWebSocketFrame.PONG, new byte[0]).masked();
    byte[] ping = RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[] {7}).masked();
    byte[] fragment = RawWebSocketFrame.text("{\"type\":").unfinished().masked();
    byte[] lastFragment =
        RawWebSocketFrame.of(
                RawWebSocketFrame.CONTINUATION, "\"pong\"}".getBytes(StandardCharsets.UTF_8))
            .masked();
    List<byte[]> signsOfLife = new ArrayList<>(List.of(pongMessage, pong, fragment, lastFragment));
    if (rig().expected("a client's ping", "a sign of life").equals("a sign of life")) {
      signsOfLife.add(ping);
      signsOfLife.add(ping);
    }
    for (byte[] signOfLife : signsOfLife) {
      clock.advance(BEAT);
      assertThat(client.message().type()).isEqualTo("ping");
      client.send(signOfLife);
      client.send(RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[] {8}));
      awaitPong(client, (byte) 8);
    }
  }

  @Test
  default void heartbeat_jdkClient_answersAutomatically() {
    ManualClock clock = serveWithManualClock();
    WebSocketTestClient client = rig().client();
    for (int i = 0; i < 3; i++) {
      clock.advance(BEAT);
      assertThat(client.message().type()).isEqualTo("ping");
      assertThat(client.ask("{\"type\":\"?\"}", "error").text("code")).isEqualTo("UNKNOWN_TYPE");
    }
  }

  @Test
  default void heartbeat_wallClockSteps_keepsConnection() {
    ManualClock clock = serveWithManualClock();
    WebSocketTestClient client = rig().client();
    clock.step(Duration.ofHours(1));
    clock.advance(BEAT);
    assertThat(client.message().type()).isEqualTo("ping");
    clock.step(Duration.ofHours(-2));
    assertThat(client.ask("{\"type\":\"?\"}", "error").text("code")).isEqualTo("UNKNOWN_TYPE");
  }

  @Test
  default void ping_afterCompressedSubscription_isMessagePack() {
    ManualClock clock = serveWithManualClock();
    WebSocketTestClient client = rig().client();
    client.ask(TransportRig.subscribe(",\"compression\":true"), "subscribed");
    clock.advance(BEAT);
    TransportMessage ping = client.message("ping");
    assertThat(ping.encoding()).isEqualTo(Encoding.MESSAGEPACK);
    client.ask(TransportRig.subscribe(""), "subscribed");
    clock.advance(BEAT);
    assertThat(client.message("ping").encoding()).isEqualTo(Encoding.JSON);
  }

  private ManualClock serveWithManualClock() {
    ManualClock clock = new ManualClock(Instant.now());
    rig().use(MetricsHub.builder().clock(clock).build());
    rig().serve(b -> b.allowAnonymous().heartbeatInterval(Duration.ofSeconds(30)));
    return clock;
  }

  private static void awaitPong(RawWebSocket client, byte payload) {
    RawWebSocketFrame frame = Objects.requireNonNull(client.frame());
    while (frame.opcode() != RawWebSocketFrame.PONG || frame.payload()[0] != payload) {
      frame = Objects.requireNonNull(client.frame());
    }
  }
}
