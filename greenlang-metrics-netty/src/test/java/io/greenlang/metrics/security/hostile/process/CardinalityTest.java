package io.greenlang.metrics.security.hostile.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Threat: a source that creates series without end. */
class CardinalityTest {

  private static final String CHANNEL = "unbounded.metrics";
  private static final int CAP = 20_000;
  private static final int VALUES = AttackSize.of(1_000_000);
  private static final int BATCH = 1_000;

  @Test
  void series_withoutEnd_areCappedAndOldOnesStillMove() throws Exception {
    MetricsHub hub = MetricsHub.builder().limits(new ChannelLimits(1 << 20, CAP)).build();
    try (AttackedServer server = AttackedServer.start(hub, settings -> {})) {
      hub.addChannel(CHANNEL);
      server.withstand(
          "series without end",
          100,
          () -> {
            RawWebSocket reader = server.attacker();
            reader.ask(
                "{\"type\":\"subscribe\",\"data\":{\"channels\":[\""
                    + CHANNEL
                    + "\"],\"metrics\":[\"old\"]}}",
                "subscribed");
            for (int from = 0; from < VALUES; from += BATCH) {
              hub.publish(Metric.gauge(CHANNEL, "old", from, Tags.empty()));
              hub.publish(unique(from));
              assertThat(reader.nextMessage("gauge").values("old")).containsExactly((double) from);
            }
          });
      assertThat(hub.stats().series()).isLessThanOrEqualTo(CAP + 100);
    }
  }

  private static List<Metric> unique(int from) {
    List<Metric> metrics = new ArrayList<>();
    for (int i = from; i < from + BATCH; i++) {
      metrics.add(Metric.gauge(CHANNEL, "requests", i, Tags.of("user", "user-" + i)));
    }
    return metrics;
  }
}
