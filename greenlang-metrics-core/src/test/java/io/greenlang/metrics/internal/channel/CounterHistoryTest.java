package io.greenlang.metrics.internal.channel;

import static io.greenlang.metrics.internal.channel.CounterChannel.START;
import static io.greenlang.metrics.internal.channel.CounterChannel.counter;
import static io.greenlang.metrics.internal.channel.CounterChannel.sumOfDeltas;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.internal.aggregate.CounterModel;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.CounterChannel.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The windows of a counter in history: the live ones, also after steps of the clock and by a model.
 */
class CounterHistoryTest {

  private final CounterChannel counters = new CounterChannel();

  @Test
  void windows_clockSetBackThirtySeconds_areOneInHistory() {
    FeedReader reader = counters.open(Interval.ONE_SECOND);
    List<Window> live = new ArrayList<>();
    double total = 1e9;
    for (int second = 0; second < 60; second++) {
      total += 5;
      live.addAll(counters.windows(reader));
      counters.publishAt(second * 1_000L + 500 - (second < 40 ? 0 : 30_000), counter(total));
    }
    live.addAll(counters.windows(reader));
    counters.advanceTo(45_000);
    live.addAll(counters.windows(reader));
    assertThat(live.stream().map(Window::start)).hasSize(60).contains(START + 20_000);
    assertThat(sumOfDeltas(live)).isEqualTo(59 * 5);
    List<Window> stored = counters.historyWindows(Interval.ONE_SECOND);
    assertThat(stored.stream().map(Window::start)).hasSize(40).doesNotHaveDuplicates();
    assertThat(sumOfDeltas(stored)).isEqualTo(59 * 5);
    assertThat(stored.get(20).count()).isEqualTo(2);
  }

  /** Compares live windows and those of history with the model. */
  @ParameterizedTest
  @ValueSource(ints = {0, 100, 200, 300})
  void windows_randomPublications_equalModelLiveAndInHistory(int firstSeed) {
    for (int seed = firstSeed; seed < firstSeed + 25; seed++) {
      Random random = new Random(seed);
      counters.clock.advance(Duration.ofMinutes(90)); // so that seeds do not meet in history
      counters.withNewHistory();
      FeedReader seconds = counters.open(Interval.ONE_SECOND);
      FeedReader minutes = counters.open(Interval.ONE_MINUTE);
      SortedMap<Long, List<CounterModel.Sample>> bySecond = new TreeMap<>();
      SortedMap<Long, List<CounterModel.Sample>> byMinute = new TreeMap<>();
      List<Window> liveSeconds = new ArrayList<>();
      List<Window> liveMinutes = new ArrayList<>();
      double total = random.nextInt(100_000);
      for (int i = 0; i < 300; i++) {
        counters.clock.advance(
            Duration.ofMillis(random.nextInt(random.nextInt(5) == 0 ? 5_000 : 200)));
        if (random.nextBoolean()) {
          counters.tick();
        }
        total = random.nextInt(60) == 0 ? random.nextInt(10) : total + random.nextInt(50);
        long now = counters.clock.wallTimeMillis();
        long skew = random.nextInt(20) == 0 ? random.nextInt(8_000) - 4_000 : -random.nextInt(250);
        double value = Math.max(0, total - random.nextInt(20));
        counters.publish(counter(value).withTimestamp(Instant.ofEpochMilli(now + skew)));
        liveSeconds.addAll(counters.windows(seconds));
        liveMinutes.addAll(counters.windows(minutes));
        long windowMillis = Math.max(now - 200, Math.min(now, now + skew));
        CounterModel.Sample sample =
            new CounterModel.Sample(value, Math.min(now + skew, now), null);
        bySecond
            .computeIfAbsent(windowMillis / 1_000 * 1_000, start -> new ArrayList<>())
            .add(sample);
        byMinute
            .computeIfAbsent(windowMillis / 60_000 * 60_000, start -> new ArrayList<>())
            .add(sample);
      }
      counters.clock.advance(Duration.ofMinutes(2));
      counters.tick();
      liveSeconds.addAll(counters.windows(seconds));
      liveMinutes.addAll(counters.windows(minutes));
      requireEqual(liveSeconds, expected(bySecond, 1_000), "seconds of seed " + seed);
      requireEqual(liveMinutes, expected(byMinute, 60_000), "minutes of seed " + seed);
      requireEqual(
          counters.historyWindows(Interval.ONE_SECOND),
          expected(bySecond, 1_000),
          "history " + seed);
      requireEqual(
          counters.historyWindows(Interval.ONE_MINUTE),
          expected(byMinute, 60_000),
          "stored " + seed);
    }
  }

  private static List<Window> expected(
      SortedMap<Long, List<CounterModel.Sample>> windows, long windowMillis) {
    CounterModel model = new CounterModel();
    List<Window> expected = new ArrayList<>();
    windows.forEach(
        (start, samples) -> {
          CounterModel.Result result = model.window(samples);
          expected.add(
              new Window(
                  start,
                  result.value(),
                  samples.size(),
                  result.delta(),
                  result.rate(windowMillis)));
        });
    return expected;
  }

  private static void requireEqual(List<Window> actual, List<Window> expected, String description) {
    assertThat(actual).as(description).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      Window window = actual.get(i);
      Window model = expected.get(i);
      assertThat(window.start()).as(description).isEqualTo(model.start());
      assertThat(window.count()).as(description).isEqualTo(model.count());
      assertThat(window.value()).as(description + " " + i).isEqualTo(model.value());
      assertThat(window.delta()).as(description + " " + i).isEqualTo(model.delta());
      assertThat(window.rate())
          .as(description + " " + i)
          .isCloseTo(model.rate(), within(1e-9 * Math.max(1, model.rate())));
    }
  }
}
