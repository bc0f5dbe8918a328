package io.greenlang.metrics.internal.channel;

import static io.greenlang.metrics.internal.channel.CounterChannel.START;
import static io.greenlang.metrics.internal.channel.CounterChannel.counter;
import static io.greenlang.metrics.internal.channel.CounterChannel.stamped;
import static io.greenlang.metrics.internal.channel.CounterChannel.sumOfDeltas;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.CounterChannel.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The deltas of a counter: growth, whatever the order of samples, and restarts. */
class CounterDeltaTest {

  private final CounterChannel counters = new CounterChannel();

  @Test
  void delta_sampleArrivesOutOfOrder_isGrowth() {
    FeedReader reader = counters.open(Interval.ONE_SECOND);
    counters.publishAt(100, counter(1e9));
    counters.publishAt(500, counter(1e9 + 10));
    counters.publishAt(550, stamped(counter(1e9 + 5), 400));
    counters.publishAt(700, counter(1e9 + 12));
    counters.advanceTo(2_000);
    Window window = counters.windows(reader).get(0);
    assertThat(window.delta()).isEqualTo(12);
    assertThat(window.count()).isEqualTo(4);
    assertThat(window.value()).isEqualTo(1e9 + 12);
    assertThat(window.rate()).isEqualTo(20);
    assertThat(counters.historyWindows(Interval.ONE_SECOND)).containsExactly(window);
  }

  @Test
  void delta_concurrentPublishers_sumIsGrowth() throws InterruptedException {
    FeedReader reader = counters.open(Interval.ONE_SECOND);
    counters.advanceTo(500);
    AtomicLong total = new AtomicLong(1_000_000);
    counters.publish(counter(1_000_000));
    ExecutorService publishers = Executors.newFixedThreadPool(4);
    for (int i = 0; i < 4; i++) {
      publishers.execute(
          () -> {
            for (int n = 0; n < 2_000; n++) {
              long next = total.incrementAndGet();
              if (next % 20 == 0) {
                counters.clock.advance(Duration.ofMillis(7));
              }
              counters.publish(counter((double) next));
            }
          });
    }
    publishers.shutdown();
    assertThat(publishers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    counters.advanceTo(10_000);
    List<Window> windows = counters.windows(reader);
    assertThat(sumOfDeltas(windows)).isEqualTo(8_000);
    assertThat(windows.stream().mapToLong(Window::count).sum()).isEqualTo(8_001);
    assertThat(windows).allSatisfy(window -> assertThat(window.delta()).isLessThan(8_000));
    assertThat(counters.historyWindows(Interval.ONE_SECOND)).isEqualTo(windows);
  }

  /** The first sample that arrives is not always that of the lowest total. */
  @Test
  void delta_concurrentFirstSamples_sumIsGrowth() {
    FeedReader reader = counters.open(Interval.ONE_MINUTE);
    counters.publishAt(100, counter(1_003));
    counters.publish(counter(1_001), counter(1_004), counter(1_002));
    counters.publishAt(300, stamped(counter(1_000), 90), counter(1_005));
    counters.advanceTo(61_000);
    assertThat(counters.windows(reader).get(0).delta()).isEqualTo(5);
  }

  @Test
  void delta_fallToLessThanHalf_isRestart() {
    FeedReader reader = counters.open(Interval.ONE_SECOND);
    counters.publishAt(100, counter(1_000));
    counters.publishAt(1_100, counter(40));
    counters.publishAt(2_100, counter(50));
    counters.publishAt(2_200, stamped(counter(1_010), 900)); // of the run before
    counters.publishAt(2_300, counter(60));
    counters.advanceTo(4_000);
    assertThat(counters.windows(reader).stream().map(Window::delta))
        .containsExactly(0.0, 40.0, 20.0);
  }

  @Test
  void delta_smallFallThatStays_isRestartAfterTenSeconds() {
    FeedReader reader = counters.open(Interval.ONE_SECOND);
    counters.publishAt(100, counter(1_000));
    for (int second = 1; second <= 12; second++) {
      counters.publishAt(second * 1_000L + 100, counter(800 + second));
    }
    counters.advanceTo(14_000);
    List<Window> windows = counters.windows(reader);
    assertThat(windows.subList(0, 11)).allSatisfy(w -> assertThat(w.delta()).isZero());
    assertThat(windows.get(11).delta()).as("growth since the fall").isEqualTo(10);
    assertThat(windows.get(11).value()).isEqualTo(811);
    assertThat(windows.get(12).delta()).isEqualTo(1);
    assertThat(windows.get(12).rate()).isEqualTo(1);
    assertThat(counters.historyWindows(Interval.ONE_SECOND)).isEqualTo(windows);
  }

  @Test
  void delta_laterStart_isRestartForAllTotals() {
    FeedReader reader = counters.open(Interval.ONE_SECOND);
    Instant first = Instant.ofEpochMilli(START - 1_000);
    Instant second = Instant.ofEpochMilli(START + 1_000);
    counters.publishAt(100, counter(100).startedAt(first));
    counters.publishAt(1_100, counter(130).startedAt(second));
    counters.publishAt(1_200, counter(20).startedAt(second)); // overtaken by a concurrent publisher
    counters.publishAt(2_100, counter(140).startedAt(second));
    counters.advanceTo(4_000);
    List<Window> windows = counters.windows(reader);
    assertThat(windows.stream().map(Window::delta)).containsExactly(100.0, 130.0, 10.0);
    assertThat(windows.get(0).rate()).as("since the start").isCloseTo(100 / 1.1, within(1e-9));
    assertThat(counters.historyWindows(Interval.ONE_SECOND)).isEqualTo(windows);
  }

  @Test
  void delta_viewOpenedLaterWithoutHistory_doesNotCountTotalAgain() {
    counters.withoutHistory();
    Instant start = Instant.ofEpochMilli(START - 1_000);
    counters.publishAt(100, counter(1_000).startedAt(start));
    counters.advanceTo(5_000);
    FeedReader reader = counters.open(Interval.ONE_SECOND);
    counters.publishAt(6_100, counter(1_060).startedAt(start));
    counters.advanceTo(8_000);
    assertThat(counters.windows(reader))
        .containsExactly(new Window(START + 6_000, 1_060, 1, 60, 10));
  }

  @Test
  void delta_clockStepsBackAtStartOfWindow_isGrowth() {
    FeedReader reader = counters.open(Interval.ONE_SECOND);
    double total = 1e9;
    for (int i = 0; i < 40; i++) {
      total += 3;
      counters.publishAt(i * 250L - (i > 20 ? 3_000 : 0), counter(total));
    }
    for (int k = 0; k < 10; k++) {
      counters.advanceTo(7_000 + k * 1_000L);
    }
    List<Window> windows = counters.windows(reader);
    assertThat(sumOfDeltas(windows)).isEqualTo(39 * 3);
    assertThat(windows.get(5).start()).isEqualTo(START + 5_000);
    assertThat(windows.get(5).delta()).isEqualTo(12);
    assertThat(counters.historyWindows(Interval.ONE_SECOND)).isEqualTo(windows);
  }
}
