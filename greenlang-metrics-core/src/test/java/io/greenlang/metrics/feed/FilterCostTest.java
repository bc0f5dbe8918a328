package io.greenlang.metrics.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.aggregate.Aggregators;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What many subscribers cost, counted rather than timed. */
class FilterCostTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final int SUBSCRIBERS = 10_000;
  private static final int FILTERS = 100;
  private static final MetricType COUNTED = new MetricType("counted");

  private long millis = 1_000_000_000_000L;
  private long folds;
  private final MetricsClock clock =
      new MetricsClock() {
        @Override
        public long wallMillis() {
          return millis;
        }

        @Override
        public long nanoTime() {
          return millis * 1_000_000;
        }
      };
  private final ChannelStreams streams =
      new ChannelStreams(
          StreamLimits.DEFAULT,
          clock,
          Aggregators.of(clock, List.of(new CountingAggregator())),
          Retention.NONE);
  private final ChannelStream stream = streams.add(CHANNEL);
  private final Received received = new Received();
  private long offset;

  /** Counts how often a reading is folded. */
  private final class CountingAggregator implements Aggregator {

    @Override
    public MetricType type() {
      return COUNTED;
    }

    @Override
    public Aggregate create() {
      return new Counting(Aggregator.gauges().create());
    }

    @Override
    public Aggregate unpack(byte[] packed) {
      return new Counting(Aggregator.gauges().unpack(packed));
    }
  }

  private final class Counting implements Aggregate {
    private final Aggregate gauge;

    Counting(Aggregate gauge) {
      this.gauge = gauge;
    }

    @Override
    public void add(double value) {
      folds++;
      gauge.add(value);
    }

    @Override
    public void append(Aggregate later) {
      gauge.append(((Counting) later).gauge);
    }

    @Override
    public void combine(Aggregate other) {
      gauge.combine(((Counting) other).gauge);
    }

    @Override
    public void follow(Aggregate earlier) {
      gauge.follow(((Counting) earlier).gauge);
    }

    @Override
    public long count() {
      return gauge.count();
    }

    @Override
    public double min() {
      return gauge.min();
    }

    @Override
    public double max() {
      return gauge.max();
    }

    @Override
    public double value() {
      return gauge.value();
    }

    @Override
    public void describe(long windowMillis, Details details) {
      gauge.describe(windowMillis, details);
    }

    @Override
    public byte[] pack() {
      return gauge.pack();
    }
  }

  private List<FeedCursor> subscribe(int filters, @Nullable Interval interval) {
    Subscription all = Subscription.to(CHANNEL);
    List<FeedCursor> cursors = new ArrayList<>();
    for (int i = 0; i < SUBSCRIBERS; i++) {
      TagFilter filter =
          filters == 0 ? TagFilter.ALL : TagFilter.of(Map.of("host", Set.of("h" + i % filters)));
      Subscription view =
          new Subscription(CHANNEL, filter, all.names(), interval, null, Format.METRIC);
      cursors.add(stream.open(view, PlainEncoder.INSTANCE, Start.NOW, null));
    }
    return cursors;
  }

  private void publish(int hosts) {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < hosts; i++) {
      metrics.add(
          new Metric(
              CHANNEL, "n", COUNTED, i, Instant.ofEpochMilli(millis), Tags.of("host", "h" + i)));
    }
    stream.accept(new Publication(CHANNEL, "e", ++offset, metrics));
  }

  @Test
  void publish_to10000SubscribersOn100Filters_costsAtMost100Evaluations() {
    List<FeedCursor> cursors = subscribe(FILTERS, null);
    assertThat(stream.feedCount()).isEqualTo(FILTERS);
    publish(FILTERS);
    assertThat(streams.stats().evaluations()).isEqualTo(FILTERS);
    assertThat(streams.stats().encodings()).isEqualTo(1);
    for (FeedCursor cursor : cursors) {
      assertThat(received.drain(cursor)).hasSize(1);
    }
    publish(1);
    assertThat(streams.stats().evaluations())
        .as("a metric of one host concerns one of the filters")
        .isEqualTo(FILTERS + 1);
    assertThat(streams.stats().encodings()).isEqualTo(2);
  }

  @Test
  void publish_oneMetricTo10000DifferentFilters_costsOneEvaluation() {
    List<FeedCursor> cursors = subscribe(SUBSCRIBERS, null);
    assertThat(stream.feedCount()).isEqualTo(SUBSCRIBERS);
    publish(1);
    assertThat(streams.stats().evaluations()).isEqualTo(1);
    assertThat(streams.stats().encodings()).isEqualTo(1);
    publish(SUBSCRIBERS);
    assertThat(streams.stats().evaluations()).isEqualTo(1 + SUBSCRIBERS);
    assertThat(streams.stats().encodings()).as("shared by all").isEqualTo(2);
    assertThat(received.drain(cursors.get(7))).containsExactly("M n{host=h7}=7");
  }

  @Test
  void window_of10000SubscribersToOneView_isFoldedOnceASampleAndEncodedOnceATick() {
    List<FeedCursor> cursors = subscribe(0, Interval.FIVE_SECONDS);
    assertThat(stream.feedCount()).isEqualTo(1);
    for (int i = 0; i < 50; i++) {
      publish(3);
    }
    assertThat(folds).as("one fold a sample").isEqualTo(150);
    millis += 6_000;
    streams.tick();
    assertThat(streams.stats().evaluations()).as("one view").isEqualTo(1);
    assertThat(streams.stats().encodings()).as("one encoding a tick").isEqualTo(1);
    for (FeedCursor cursor : cursors) {
      assertThat(received.drain(cursor)).hasSize(3);
    }
    streams.tick();
    assertThat(streams.stats().encodings()).isEqualTo(1);
  }
}
