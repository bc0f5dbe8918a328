package io.greenlang.metrics.security.hostile.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.security.AttackedServer;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Fault: the clock of the machine steps by an hour, in both directions. */
class ClockStepTest {

  private static final String CHANNEL = "stepped.metrics";
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualClock clock = new ManualClock(START);
  private final MetricsHub hub = MetricsHub.builder().clock(clock).build();

  @Test
  void clock_stepsByAnHour_disconnectsNoClientAndKeepsWindows() throws Exception {
    hub.addChannel(CHANNEL);
    try (AttackedServer server =
        AttackedServer.start(
            hub, settings -> settings.allowAnonymous().heartbeatInterval(Duration.ofHours(1)))) {
      server.withstand(
          "clock steps of an hour",
          50,
          () -> {
            RawWebSocket client = server.attacker();
            client.ask(
                "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"%s\"],\"aggregation_interval\":\"1s\"}}"
                    .formatted(CHANNEL),
                "subscribed");
            assertWindow(client, 1);
            clock.stepWallTime(HOUR);
            assertWindow(client, 2);
            clock.stepWallTime(HOUR.multipliedBy(-2));
            assertWindow(client, 3);
            clock.stepWallTime(HOUR);
            assertWindow(client, 4);
            assertThat(client.ask("{\"type\":\"?\"}", "error").text("code"))
                .isEqualTo("UNKNOWN_TYPE");
          });
      assertThat(server.stats().connectedClients()).isEqualTo(1);
    }
  }

  /** Publishes one sample, and verifies that a window has exactly that sample. */
  private void assertWindow(RawWebSocket client, double value) {
    hub.publish(Metric.gauge(CHANNEL, "n", value, Tags.empty()));
    for (int i = 0; i < 4; i++) {
      clock.advance(SECOND);
    }
    ReceivedMessage window = client.nextMessage("gauge");
    assertThat(window.values("n")).containsExactly(value);
    assertThat(window.body().get("count").asInt()).isEqualTo(1);
  }
}
