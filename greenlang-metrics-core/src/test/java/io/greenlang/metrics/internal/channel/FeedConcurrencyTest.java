package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.DeliveryStats;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests publishers and readers at full speed on a ring so small that its memory is constantly
 * reused.
 */
@Timeout(60)
class FeedConcurrencyTest {

  private static final Channel CHANNEL = new Channel("busy.metrics");
  private static final int PUBLISHERS = 3;
  private static final int READERS = 3;
  private static final int METRICS_PER_PUBLISHER = 60_000;

  @AutoClose
  private final MetricsHub hub =
      MetricsHub.builder().limits(new ChannelLimits(4 * 1024, 100)).build();

  @Test
  void read_concurrentPublishers_receivesInOrderOrMissedCount() throws Exception {
    hub.addChannel(CHANNEL.name());
    ChannelStream stream = Objects.requireNonNull(HubStreams.find(hub, CHANNEL));
    ExecutorService threads = Executors.newFixedThreadPool(PUBLISHERS + READERS);
    AtomicInteger publishing = new AtomicInteger(PUBLISHERS);
    List<Future<?>> results = new ArrayList<>();
    for (int r = 0; r < READERS; r++) {
      FeedReader reader =
          stream.open(
              Subscription.ofChannel(CHANNEL), PlainEncoder.INSTANCE, StartPosition.NOW, null);
      results.add(threads.submit(() -> read(reader, publishing)));
    }
    for (int p = 0; p < PUBLISHERS; p++) {
      String name = "p" + p;
      results.add(
          threads.submit(
              () -> {
                for (int i = 1; i <= METRICS_PER_PUBLISHER; i++) {
                  hub.publish(Metric.gauge(CHANNEL, name, i, Tags.empty()));
                }
                publishing.decrementAndGet();
              }));
    }
    for (Future<?> result : results) {
      result.get(50, TimeUnit.SECONDS);
    }
    threads.shutdown();
  }

  private static void read(FeedReader reader, AtomicInteger publishing) {
    ReceivedMessages received = new ReceivedMessages();
    long[] latest = new long[PUBLISHERS];
    long live = 0;
    long missed = 0;
    boolean afterLag = false;
    boolean last;
    do {
      last = publishing.get() == 0; // read before draining, so nothing follows the last drain
      for (String message : received.drain(reader)) {
        if (message.startsWith("L ")) {
          missed += Long.parseLong(message.substring(2));
          afterLag = true;
          continue;
        }
        int publisher = message.charAt(3) - '0';
        long value = Long.parseLong(message.substring(message.indexOf('=') + 1));
        if (value == latest[publisher] + 1) {
          live++;
        } else {
          assertThat(afterLag).as("missed metrics are always reported: %s", message).isTrue();
          assertThat(value).isGreaterThan(latest[publisher]);
        }
        latest[publisher] = value;
      }
    } while (!last);
    assertThat(latest).containsOnly(METRICS_PER_PUBLISHER);
    DeliveryStats accounting = reader.stats();
    assertThat(accounting.published()).isEqualTo((long) PUBLISHERS * METRICS_PER_PUBLISHER);
    assertThat(accounting.merged()).isEqualTo(missed);
    assertThat(accounting.delivered())
        .isEqualTo((long) PUBLISHERS * METRICS_PER_PUBLISHER - missed);
    assertThat(live).isPositive();
  }
}
