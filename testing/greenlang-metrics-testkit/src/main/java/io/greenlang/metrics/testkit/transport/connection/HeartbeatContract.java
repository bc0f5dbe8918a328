package io.greenlang.metrics.testkit.transport.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.client.WebSocketTestClient;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Heartbeats: unresponsive clients are disconnected, others stay. The tests control the clock. */
public interface HeartbeatContract extends ContractPart {

  /** Slightly longer than the heartbeat interval of the server in these tests. */
  Duration JUST_OVER_HEARTBEAT_INTERVAL = Duration.ofMillis(30_100);

  @Test
  default void heartbeat_silentClient_closesAfterTwoIntervals() {
    ManualClock clock = serveWithManualClock();
    RawWebSocket client = fixture().connectRaw();
    clock.advance(JUST_OVER_HEARTBEAT_INTERVAL);
    RawWebSocketFrame ping = Objects.requireNonNull(client.nextFrame());
    assertThat(ping.message().type()).isEqualTo("ping");
    assertThat(ping.message().body().get("timestamp").asDouble()).isGreaterThan(1.7e9);
    assertThat(Objects.requireNonNull(client.nextFrame()).opcode())
        .isEqualTo(RawWebSocketFrame.PING);
    clock.advance(JUST_OVER_HEARTBEAT_INTERVAL);
    assertThat(client.awaitCloseCode()).isEqualTo(4408);
  }

  @Test
  default void heartbeat_anySignOfLife_keepsConnection() {
    ManualClock clock = serveWithManualClock();
    RawWebSocket client = fixture().connectRaw();
    byte[] pongMessage = RawWebSocketFrame.text("{\"type\":\"pong\"}").masked();
    byte[] pong = RawWebSocketFrame.of(RawWebSocketFrame.PONG, new byte[0]).masked();
    byte[] ping = RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[] {7}).masked();
    byte[] fragment = RawWebSocketFrame.text("{\"type\":").withoutFin().masked();
    byte[] lastFragment =
        RawWebSocketFrame.of(
                RawWebSocketFrame.CONTINUATION, "\"pong\"}".getBytes(StandardCharsets.UTF_8))
            .masked();
    List<byte[]> signsOfLife = new ArrayList<>(List.of(pongMessage, pong, fragment, lastFragment));
    if (fixture()
        .expectedOutcome("a client's ping", "counts as activity")
        .equals("counts as activity")) {
      signsOfLife.add(ping);
      signsOfLife.add(ping);
    }
    for (byte[] activity : signsOfLife) {
      clock.advance(JUST_OVER_HEARTBEAT_INTERVAL);
      assertThat(client.nextMessage().type()).isEqualTo("ping");
      client.send(activity);
      client.send(RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[] {8}));
      awaitPong(client, (byte) 8);
    }
  }

  @Test
  default void heartbeat_jdkClient_answersAutomatically() {
    ManualClock clock = serveWithManualClock();
    WebSocketTestClient client = fixture().connectJdk();
    for (int i = 0; i < 3; i++) {
      clock.advance(JUST_OVER_HEARTBEAT_INTERVAL);
      assertThat(client.nextMessage().type()).isEqualTo("ping");
      assertThat(client.ask("{\"type\":\"?\"}", "error").text("code")).isEqualTo("UNKNOWN_TYPE");
    }
  }

  @Test
  default void heartbeat_wallClockSteps_keepsConnection() {
    ManualClock clock = serveWithManualClock();
    WebSocketTestClient client = fixture().connectJdk();
    clock.stepWallTime(Duration.ofHours(1));
    clock.advance(JUST_OVER_HEARTBEAT_INTERVAL);
    assertThat(client.nextMessage().type()).isEqualTo("ping");
    clock.stepWallTime(Duration.ofHours(-2));
    assertThat(client.ask("{\"type\":\"?\"}", "error").text("code")).isEqualTo("UNKNOWN_TYPE");
  }

  @Test
  default void ping_afterCompressedSubscription_isMessagePack() {
    ManualClock clock = serveWithManualClock();
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(TransportFixture.subscribe(",\"compression\":true"), "subscribed");
    clock.advance(JUST_OVER_HEARTBEAT_INTERVAL);
    ReceivedMessage ping = client.nextMessage("ping");
    assertThat(ping.encoding()).isEqualTo(Encoding.MESSAGEPACK);
    client.ask(TransportFixture.subscribe(""), "subscribed");
    clock.advance(JUST_OVER_HEARTBEAT_INTERVAL);
    assertThat(client.nextMessage("ping").encoding()).isEqualTo(Encoding.JSON);
  }

  private ManualClock serveWithManualClock() {
    ManualClock clock = new ManualClock(Instant.now());
    fixture().useHub(MetricsHub.builder().clock(clock).build());
    fixture().serve(b -> b.allowAnonymous().heartbeatInterval(Duration.ofSeconds(30)));
    return clock;
  }

  private static void awaitPong(RawWebSocket client, byte payload) {
    RawWebSocketFrame frame = Objects.requireNonNull(client.nextFrame());
    while (frame.opcode() != RawWebSocketFrame.PONG || frame.payload()[0] != payload) {
      frame = Objects.requireNonNull(client.nextFrame());
    }
  }
}
