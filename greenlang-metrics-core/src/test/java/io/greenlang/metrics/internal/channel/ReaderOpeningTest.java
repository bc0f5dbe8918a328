package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.LocalBroker;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An opening in parts, between which the application publishes and windows close. */
class ReaderOpeningTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_700_000_000_000L;
  private static final int SERIES = 6_000;

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));

  /** Two equal channels. A client of the first one has the windows from the beginning. */
  private final ChannelStream whole = stream();

  private final ChannelStream inParts = stream();
  private final ReceivedMessages received = new ReceivedMessages();
  private final double[] totals = new double[SERIES];
  private long offset;

  private ChannelStream stream() {
    return TestStreams.open(
        new ChannelRegistry(
            new ChannelLimits(1 << 22, SERIES),
            clock,
            Aggregators.builtIn(clock),
            Retention.defaults(),
            new LocalBroker(clock)),
        CHANNEL);
  }

  private static Subscription windows() {
    Subscription all = Subscription.ofChannel(CHANNEL);
    return new Subscription(
        CHANNEL, all.tags(), all.names(), Interval.ONE_SECOND, null, Format.METRIC);
  }

  private FeedReader open(ChannelStream stream, StartPosition start) {
    return stream.open(windows(), PlainEncoder.INSTANCE, start, null);
  }

  /** Begins an opening in parts. */
  private ReaderOpening begin() {
    return inParts.beginOpening(windows(), PlainEncoder.INSTANCE, StartPosition.NOW, null, "");
  }

  /** Publishes some series, counters and gauges in turn, and advances the time. */
  private void publish(Random random, int stride) {
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    List<Metric> metrics = new ArrayList<>();
    for (int i = random.nextInt(stride); i < SERIES; i += 1 + random.nextInt(2 * stride)) {
      totals[i] += random.nextInt(100);
      Metric metric =
          i % 2 == 0
              ? Metric.counter(CHANNEL, "c" + i, totals[i], Tags.empty())
              : Metric.gauge(CHANNEL, "g" + i, totals[i], Tags.empty());
      metrics.add(metric.withTimestamp(now));
    }
    Publication publication =
        new Publication(CHANNEL, "e", ++offset, clock.wallTimeMillis(), metrics);
    whole.accept(publication);
    inParts.accept(publication);
    clock.advance(Duration.ofMillis(100L + random.nextInt(600)));
    whole.tick();
    inParts.tick();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void advance_publicationsBetweenParts_readerGetsAllLaterWindowsInOrder(long seed) {
    Random random = new Random(seed);
    FeedReader expected = open(whole, StartPosition.NOW);
    publish(random, 1);
    publish(random, 2);
    ReaderOpening opening = begin();
    int parts = 1;
    while (!opening.advance()) {
      publish(random, 4);
      parts++;
    }
    assertThat(parts).isGreaterThanOrEqualTo(3);
    assertThat(opening.work().resumedSeries()).isBetween(3_000L, (long) SERIES);
    received.drain(expected);
    for (int i = 0; i < 5; i++) {
      publish(random, 4);
      assertThat(received.drain(opening.reader())).isEqualTo(received.drain(expected));
    }
    assertThat(received.drain(open(inParts, StartPosition.LATEST)))
        .containsExactlyInAnyOrderElementsOf(received.drain(open(whole, StartPosition.LATEST)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void close_inTheMiddle_nextReaderGetsTheSameWindows(int parts) {
    Random random = new Random(parts);
    FeedReader expected = open(whole, StartPosition.NOW);
    publish(random, 1);
    ReaderOpening opening = begin();
    for (int i = 0; i < parts; i++) {
      assertThat(opening.advance()).isFalse();
      publish(random, 4);
    }
    opening.close();
    assertThat(inParts.feedCount()).isZero();
    publish(random, 4);
    FeedReader reader = open(inParts, StartPosition.NOW);
    received.drain(expected);
    for (int i = 0; i < 5; i++) {
      publish(random, 4);
      assertThat(received.drain(reader)).isEqualTo(received.drain(expected));
    }
  }
}
