package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.LocalBroker;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.frame.FeedMemory;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Tests clients of many distinct views that share a small budget of memory. */
class FeedMemoryTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long BUDGET = 256 * 1024;
  private static final int VIEWS = 40;
  private static final int SERIES = 50;

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000_000_000L));
  private final FeedMemory memory = new FeedMemory(BUDGET);
  private final ChannelRegistry streams =
      new ChannelRegistry(
          ChannelLimits.DEFAULT,
          clock,
          Aggregators.builtIn(clock),
          Retention.NONE,
          new LocalBroker(clock),
          DerivedStatistics.of(List.of()),
          memory);
  private final ChannelStream stream = TestStreams.open(streams, CHANNEL);
  private final ReceivedMessages received = new ReceivedMessages();
  private long offset;

  /** Opens a view of all metrics that differs from the other ones by a name that does not occur. */
  private FeedReader open(String absent, String subject) {
    TreeSet<NamePattern> names = new TreeSet<>(List.of(NamePattern.ALL, NamePattern.parse(absent)));
    return stream.open(
        new Subscription(CHANNEL, TagFilter.ALL, names, null, null, Format.METRIC),
        PlainEncoder.INSTANCE,
        StartPosition.NOW,
        null,
        subject);
  }

  private void publish() {
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < SERIES; i++) {
      metrics.add(
          Metric.gauge(CHANNEL, "name.of.a.metric", i, Tags.of("host", "h" + i))
              .withTimestamp(now));
    }
    stream.accept(new Publication(CHANNEL, "e", ++offset, clock.wallTimeMillis(), metrics));
  }

  @Test
  void publish_distinctUnreadViews_keepsTheSharedViewComplete() {
    List<FeedReader> stalled = new ArrayList<>();
    List<FeedReader> sharing = new ArrayList<>();
    for (int i = 0; i < VIEWS; i++) {
      stalled.add(open("absent" + i, "stalled" + i));
      sharing.add(open("shared", "sharing" + i));
    }
    for (int i = 0; i < 100; i++) {
      publish();
      streams.tick();
      assertThat(memory.usedBytes()).isLessThanOrEqualTo(BUDGET);
      assertThat(received.drain(sharing.get(0))).hasSize(SERIES).allMatch(m -> m.startsWith("M"));
    }
    for (int i = 0; i < 10; i++) {
      publish();
    }

    assertThat(received.drain(sharing.get(0))).as("frames that wait").hasSize(10 * SERIES);
    List<String> messages = received.drain(stalled.get(0));
    assertThat(messages.get(0)).as("degraded by memory").startsWith("O ");
    assertThat(messages.stream().filter(m -> m.startsWith("M")))
        .as("followed by at least the latest values")
        .hasSizeGreaterThanOrEqualTo(SERIES);
  }

  @Test
  void publish_manyUnreadViewsOfOneSubject_keepsTheViewOfAnotherSubjectComplete() {
    for (int i = 0; i < VIEWS; i++) {
      open("absent" + i, "stalled");
    }
    FeedReader witness = open("witness", "witness");
    for (int i = 0; i < 100; i++) {
      publish();
      publish();
      publish();
      streams.tick();
      assertThat(received.drain(witness)).hasSize(3 * SERIES).allMatch(m -> m.startsWith("M"));
    }
    assertThat(memory.usedBytes()).isGreaterThan(BUDGET / 2);
  }

  @Test
  void close_lastReaders_returnsAllMemory() {
    List<FeedReader> readers = new ArrayList<>();
    for (int i = 0; i < VIEWS; i++) {
      readers.add(open("absent" + i, "subject" + i % 3));
    }
    for (int i = 0; i < 20; i++) {
      publish();
    }
    assertThat(memory.usedBytes()).isPositive();
    readers.forEach(FeedReader::close);

    assertThat(memory.usedBytes()).isZero();
    assertThat(memory.weight()).isZero();
    assertThat(stream.feedCount()).isZero();
  }
}
