package io.greenlang.metrics.internal.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.aggregate.FaultyAggregator;
import io.greenlang.metrics.internal.feed.FeedRouter;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.feed.TestRouters;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SeriesWindowTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_000_000_000_000L;

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private final FaultyAggregator aggregator = new FaultyAggregator();
  private final IntervalWindows windows =
      new IntervalWindows(
          Interval.ONE_SECOND, Aggregators.builtIn(clock), this::router, START + 500);

  private FeedRouter router() {
    return TestRouters.create(CHANNEL, Interval.ONE_SECOND.millis(), clock);
  }

  private Series counter() {
    FeedRouter samples = router();
    samples.beginSamples(1, START);
    Metric metric = Metric.counter(CHANNEL, "total", 1, Tags.empty());
    return Objects.requireNonNull(samples.route(metric.withTimestamp(Instant.EPOCH)));
  }

  @Test
  void close_earlySampleFails_windowCountsAsSampled() {
    SeriesWindow window = new SeriesWindow(counter(), windows, aggregator);
    window.add(10, START + 600, START + 600, null);
    window.add(12, START + 1_600, START + 1_600, null); // early
    windows.startAt(START + 1_000);
    aggregator.beforeEachCall(
        call -> {
          if (call.equals("add")) {
            throw new OutOfMemoryError("on purpose");
          }
        });
    assertThatThrownBy(() -> window.close(START, window.following())).hasMessage("on purpose");

    assertThat(window.isSampledAt(START)).as("its total does not stand in addition").isTrue();
    assertThat(window.hasSamples()).as("it closes with the next window").isTrue();
  }
}
