package io.greenlang.metrics.internal.channel;

import static io.greenlang.metrics.internal.channel.CounterChannel.START;
import static io.greenlang.metrics.internal.channel.CounterChannel.counter;
import static io.greenlang.metrics.internal.channel.CounterChannel.stamped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.CounterChannel.Window;
import io.greenlang.metrics.subscription.StartPosition;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The values and rates of counters, of one series and of a group. */
class CounterValueTest {

  private final CounterChannel counters = new CounterChannel();

  @Test
  void rate_slowOrSilentCounter_dividesByCoveredTime() {
    FeedReader reader = counters.open(Interval.ONE_SECOND);
    double total = 0;
    long millis = 900; // a phase near the edge of the window
    for (int i = 0; i < 6; i++) {
      counters.publishAt(millis, counter(total));
      long step = 5_000L + (i % 2 == 0 ? 150 : -150);
      millis += step;
      total += step / 10.0;
    }
    millis += 60_000;
    total += 6_000;
    counters.publishAt(millis, counter(total));
    counters.advanceTo(millis + 2_000);
    List<Window> windows = counters.windows(reader);
    assertThat(windows.get(0).rate()).as("first of its series").isZero();
    assertThat(windows.subList(1, windows.size()))
        .hasSize(6)
        .allSatisfy(window -> assertThat(window.rate()).isCloseTo(100, within(1e-9)));
    assertThat(counters.historyWindows(Interval.ONE_SECOND)).isEqualTo(windows);
  }

  @Test
  void rate_grouped_isSumOfRates() {
    FeedReader reader = counters.openGrouped(Interval.ONE_SECOND);
    for (int i = 0; i <= 100; i++) {
      counters.advanceTo(i * 100L);
      if (i % 50 == 0) {
        counters.publish(counter(i * 10.0, "host", "slow")); // 100/s, every 5 s
      }
      counters.publish(counter(i * 1.0, "host", "quick")); // 10/s
    }
    counters.advanceTo(12_000);
    List<Window> windows = counters.windows(reader);
    assertThat(windows.get(4).rate()).isCloseTo(10, within(1e-9));
    assertThat(windows.get(5).rate()).isCloseTo(110, within(1e-9));
  }

  @Test
  void value_groupedSeriesNotSampled_includesItsTotal() {
    FeedReader reader = counters.openGrouped(Interval.ONE_SECOND);
    for (int k = 0; k < 10; k++) {
      counters.advanceTo(k * 500L + 10);
      counters.publish(counter(1_000 + k, "host", "a"));
      if (k % 4 == 0) {
        counters.publish(counter(5_000 + k, "host", "b"));
      }
    }
    counters.advanceTo(7_000);
    List<Window> windows = counters.windows(reader);
    assertThat(windows.stream().map(Window::value))
        .containsExactly(6_001.0, 6_003.0, 6_009.0, 6_011.0, 6_017.0);
    assertThat(windows.stream().map(Window::delta)).containsExactly(1.0, 2.0, 6.0, 2.0, 6.0);
  }

  @Test
  void value_groupedSeriesSilentForTenMinutes_leavesOutItsTotal() {
    FeedReader reader = counters.openGrouped(Interval.ONE_MINUTE);
    counters.publishAt(100, counter(1_000, "host", "b"));
    for (int minute = 1; minute <= 11; minute++) {
      counters.publishAt(minute * 60_000L + 100, counter(minute, "host", "a"));
    }
    counters.advanceTo(740_000);
    List<Window> windows = counters.windows(reader);
    assertThat(windows.get(10).value()).isEqualTo(1_010);
    assertThat(windows.get(11).value()).isEqualTo(11);
  }

  @Test
  void value_groupedAndResumed_equalsLive() {
    FeedReader live = counters.openGrouped(Interval.ONE_SECOND);
    counters.publishAt(100, counter(5_000, "host", "b"));
    for (int second = 1; second < 20; second++) {
      counters.publishAt(second * 1_000L + 100, counter(second, "host", "a"));
    }
    counters.advanceTo(21_000);
    FeedReader resumed =
        counters.open(
            Interval.ONE_SECOND,
            List.of(),
            StartPosition.from(Instant.ofEpochMilli(START + 5_000)));
    List<Window> expected = counters.windows(live);
    assertThat(expected).hasSize(20);
    assertThat(expected.get(19).value()).isEqualTo(5_019);
    assertThat(counters.windows(resumed)).isEqualTo(expected.subList(5, 20));
  }

  @Test
  void value_latestOfNewGrouping_includesSilentSeries() {
    FeedReader ungrouped = counters.open(Interval.ONE_SECOND);
    counters.publishAt(100, counter(5_000, "host", "b"));
    counters.publishAt(3_100, counter(3, "host", "a"));
    counters.advanceTo(5_000);
    assertThat(counters.windows(ungrouped)).hasSize(2);
    FeedReader grouped = counters.open(Interval.ONE_SECOND, List.of(), StartPosition.LATEST);
    assertThat(counters.windows(grouped))
        .containsExactly(new Window(START + 3_000, 5_003, 1, 0, 0));
    counters.publishAt(5_100, counter(5, "host", "a"));
    counters.advanceTo(7_000);
    assertThat(counters.windows(grouped))
        .containsExactly(new Window(START + 5_000, 5_005, 1, 2, 1));
  }

  @Test
  void latest_olderSampleArrivesLast_keepsLatestByTime() {
    counters.publishAt(100, counter(10));
    counters.publishAt(200, stamped(counter(7), -3_600_000));
    assertThat(counters.latest()).containsExactly("M n{}=10");
    counters.publishAt(300, stamped(counter(99), 3_600_000)); // a clock that is an hour fast
    counters.publishAt(1_300, counter(12));
    assertThat(counters.latest()).containsExactly("M n{}=12");
    counters.publishAt(-7_200_000, counter(13)); // the clock of the hub is set back
    assertThat(counters.latest()).containsExactly("M n{}=13");
    counters.advanceTo(-7_200_000 + 70_000);
    counters.publish(stamped(counter(14), -9_000_000)); // the clock of the source is set back
    assertThat(counters.latest()).containsExactly("M n{}=14");
  }
}
