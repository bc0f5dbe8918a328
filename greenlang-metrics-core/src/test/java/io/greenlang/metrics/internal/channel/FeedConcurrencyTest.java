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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests publishers and readers at full speed on a ring so small that its memory is constantly
 * reused.
 */
@Timeout(120)
class FeedConcurrencyTest {

  private static final Channel CHANNEL = new Channel("busy.metrics");
  private static final int PUBLISHERS = 3;
  private static final int READERS = 3;
  private static final int METRICS_PER_PUBLISHER = 60_000;

  @AutoClose
  private final MetricsHub hub =
      MetricsHub.builder().limits(new ChannelLimits(4 * 1024, 100)).build();

  /** Opens when each reader has received a live metric, before any of them is lapped. */
  private final CountDownLatch inStep = new CountDownLatch(READERS);

  /** Whether the hub has accepted all publications. */
  private final AtomicBoolean complete = new AtomicBoolean();

  @Test
  void read_concurrentPublishers_receivesInOrderOrMissedCount() throws Exception {
    hub.addChannel(CHANNEL.name());
    ChannelStream stream = Objects.requireNonNull(HubStreams.find(hub, CHANNEL));
    ExecutorService threads = Executors.newFixedThreadPool(PUBLISHERS + READERS);
    List<Future<?>> readers = new ArrayList<>();
    for (int r = 0; r < READERS; r++) {
      FeedReader reader =
          stream.open(
              Subscription.ofChannel(CHANNEL), PlainEncoder.INSTANCE, StartPosition.NOW, null);
      readers.add(threads.submit(() -> read(reader)));
    }
    try {
      publishAll(threads);
    } finally {
      complete.set(true);
      threads.shutdown();
    }
    for (Future<?> reader : readers) {
      reader.get();
    }
  }

  private void publishAll(ExecutorService threads) throws Exception {
    List<Future<?>> publishers = new ArrayList<>();
    for (int p = 0; p < PUBLISHERS; p++) {
      String name = "p" + p;
      publishers.add(threads.submit(() -> publish(name)));
    }
    for (Future<?> publisher : publishers) {
      publisher.get();
    }
    TestStreams.awaitPublications(hub, (long) PUBLISHERS * METRICS_PER_PUBLISHER);
  }

  private void publish(String name) {
    for (int i = 1; i <= METRICS_PER_PUBLISHER; i++) {
      hub.publish(Metric.gauge(CHANNEL, name, i, Tags.empty()));
      if (i == 1) {
        TestThreads.await(() -> inStep.getCount() == 0, "readers in step");
      }
    }
  }

  private void read(FeedReader reader) {
    ReceivedMessages received = new ReceivedMessages();
    long[] latest = new long[PUBLISHERS];
    long live = 0;
    long missed = 0;
    boolean afterLag = false;
    boolean last;
    do {
      last = complete.get(); // read before draining, so nothing follows the last drain
      for (String message : received.drain(reader)) {
        if (message.startsWith("L ")) {
          missed += Long.parseLong(message.substring(2));
          afterLag = true;
          continue;
        }
        int publisher = message.charAt(3) - '0';
        long value = Long.parseLong(message.substring(message.indexOf('=') + 1));
        if (value == latest[publisher] + 1) {
          if (live++ == 0) {
            inStep.countDown();
          }
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
