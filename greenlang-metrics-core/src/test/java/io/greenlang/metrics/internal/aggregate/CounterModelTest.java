package io.greenlang.metrics.internal.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.aggregate.CounterModel.Result;
import io.greenlang.metrics.internal.aggregate.CounterModel.Sample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Compares counters with {@link CounterModel} on random samples with restarts, races, duplicates,
 * delays and wrong clocks.
 */
class CounterModelTest {

  private static final long WINDOW_MILLIS = 1_000;
  private static final int SEEDS = 4_000;

  /** Generates the samples of one series, as a source and the network would. */
  private static final class RandomSource {
    private final Random random;
    private final boolean small;
    private final int starts;
    private long millis = 1_700_000_000_000L;
    private long startMillis = millis - 5_000;
    private double total;

    RandomSource(Random random) {
      this.random = random;
      this.small = random.nextBoolean();
      this.starts = random.nextInt(4);
      this.total = random.nextBoolean() ? 0 : random.nextInt(1_000_000);
    }

    List<Sample> window() {
      List<Sample> samples = new ArrayList<>();
      int count = random.nextInt(8);
      for (int i = 0; i < count; i++) {
        samples.add(next());
        if (random.nextInt(10) == 0) {
          samples.add(samples.get(samples.size() - 1)); // delivered twice
        }
      }
      if (random.nextInt(4) == 0) {
        Collections.shuffle(samples, random); // concurrent publishers
      }
      millis += random.nextInt(8) == 0 ? random.nextInt(30_000) : 0;
      return samples;
    }

    private Sample next() {
      millis += random.nextInt(small ? 300 : 3_000);
      switch (random.nextInt(24)) {
        case 0 -> { // a restart
          startMillis = millis - random.nextInt(50);
          total = random.nextBoolean() ? random.nextInt(20) : Math.rint(total * 0.7);
        }
        case 1 -> millis -= random.nextInt(20_000); // the source's clock is set back
        case 2 -> total = Math.rint(total * (0.4 + random.nextDouble() / 2)); // a part vanishes
        default -> total += random.nextInt(small ? 5 : 1_000);
      }
      long late = random.nextInt(12) == 0 ? random.nextInt(15_000) : 0;
      return new Sample(total - random.nextInt(2), millis - late, start(random.nextInt(3) - 1));
    }

    private @Nullable Long start(int jitter) {
      return switch (starts) {
        case 0 -> null;
        case 1 -> startMillis;
        case 2 -> startMillis + jitter;
        default -> random.nextBoolean() ? startMillis : null;
      };
    }
  }

  private static void add(Sample sample, Aggregate aggregate) {
    Long start = sample.start();
    if (start == null) {
      aggregate.add(sample.total(), sample.millis());
    } else {
      aggregate.add(sample.total(), sample.millis(), new CounterStart(Instant.ofEpochMilli(start)));
    }
  }

  /** The windows of a series, each following the preceding one, and what the model says. */
  private static final class Series {
    final List<Aggregate> windows = new ArrayList<>();
    final List<Result> expected = new ArrayList<>();

    Series(Random random, int count) {
      RandomSource source = new RandomSource(random);
      CounterModel model = new CounterModel();
      Aggregate previous = BuiltInAggregator.COUNTERS.create();
      for (int i = 0; i < count; i++) {
        List<Sample> samples = source.window();
        Aggregate window = BuiltInAggregator.COUNTERS.create();
        window.startAfter(previous);
        samples.forEach(sample -> add(sample, window));
        expected.add(model.window(samples));
        windows.add(window);
        previous =
            random.nextInt(4) == 0 ? BuiltInAggregator.COUNTERS.unpack(window.pack()) : window;
      }
    }

    Aggregate appended(int from, int to) {
      Aggregate whole = BuiltInAggregator.COUNTERS.create();
      windows.subList(from, to).forEach(whole::appendLater);
      return whole;
    }

    Result expected(int from, int to) {
      double delta = 0;
      long covered = 0;
      for (Result each : expected.subList(from, to)) {
        delta += each.delta();
        covered += each.covered();
      }
      return new Result(expected.get(to - 1).value(), delta, covered);
    }
  }

  private static void requireEqual(
      Aggregate actual, double value, double delta, double rate, String description) {
    if (actual.count() == 0) {
      return;
    }
    Map<String, Double> details = new LinkedHashMap<>();
    actual.forEachField(WINDOW_MILLIS, details::put);
    assertThat(actual.value()).as("value of %s", description).isEqualTo(value);
    assertThat(details.get("delta")).as("delta of %s", description).isCloseTo(delta, within(1e-6));
    assertThat(details.get("rate"))
        .as("rate of %s", description)
        .isCloseTo(rate, within(1e-9 * Math.max(1, rate)));
  }

  private static void requireEqual(Aggregate actual, Result expected, String description) {
    requireEqual(
        actual, expected.value(), expected.delta(), expected.rate(WINDOW_MILLIS), description);
  }

  @Test
  void windows_randomSamples_equalModel() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Series series = new Series(new Random(seed), 20);
      for (int i = 0; i < 20; i++) {
        String description = "window " + i + " of seed " + seed;
        Aggregate window = series.windows.get(i);
        requireEqual(window, series.expected.get(i), description);
        Aggregate copy = BuiltInAggregator.COUNTERS.unpack(window.pack());
        requireEqual(copy, series.expected.get(i), "packed " + description);
        assertThat(copy.pack()).isEqualTo(window.pack());
      }
    }
  }

  @Test
  void append_randomRangesOfWindows_equalModel() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Series series = new Series(random, 20);
      int from = random.nextInt(19);
      int to = from + 1 + random.nextInt(20 - from);
      String description = "windows " + from + " to " + to + " of seed " + seed;
      requireEqual(series.appended(from, to), series.expected(from, to), description);
      int middle = from + random.nextInt(to - from);
      Aggregate parts = series.appended(from, middle);
      parts.appendLater(BuiltInAggregator.COUNTERS.unpack(series.appended(middle, to).pack()));
      requireEqual(parts, series.expected(from, to), "parts of " + description);
    }
  }

  @Test
  void merge_randomSeries_equalsSumOfModels() {
    for (int seed = 0; seed < SEEDS / 4; seed++) {
      Random random = new Random(seed);
      List<Series> all =
          List.of(new Series(random, 8), new Series(random, 8), new Series(random, 8));
      for (int i = 0; i < 8; i++) {
        Aggregate merged = BuiltInAggregator.COUNTERS.create();
        double value = 0;
        double delta = 0;
        double rate = 0;
        for (Series each : all) {
          merged.mergeSeries(each.windows.get(i));
          Result expected = each.expected.get(i);
          value += expected.value(); // also of a series without samples in this window
          delta += expected.delta();
          rate += expected.rate(WINDOW_MILLIS);
        }
        String description = "window " + i + " of seed " + seed;
        requireEqual(merged, value, delta, rate, description);
        Aggregate copy = BuiltInAggregator.COUNTERS.unpack(merged.pack());
        requireEqual(copy, value, delta, rate, "packed " + description);
      }
    }
  }

  /** A window that follows late, or not at all, is exact unless it has disorder or restarts. */
  @Test
  void startAfter_afterSamplesThatOnlyGrow_equalsModel() {
    for (int seed = 0; seed < SEEDS / 4; seed++) {
      Random random = new Random(seed);
      CounterModel model = new CounterModel();
      Aggregate previous = BuiltInAggregator.COUNTERS.create();
      Aggregate whole = BuiltInAggregator.COUNTERS.create();
      double total = 1_000;
      long millis = 5_000;
      double sum = 0;
      for (int i = 0; i < 10; i++) {
        List<Sample> samples = new ArrayList<>();
        for (int n = random.nextInt(4); n >= 0; n--) {
          total += random.nextInt(5);
          millis += random.nextInt(400);
          // Concurrent publishers overtake each other, also across the end of a window.
          samples.add(new Sample(total - random.nextInt(8), millis, null));
        }
        Aggregate window = BuiltInAggregator.COUNTERS.create();
        samples.forEach(sample -> add(sample, window));
        Result expected = model.window(samples);
        whole.appendLater(window);
        sum += expected.delta();
        window.startAfter(previous);
        if (i > 0) {
          requireEqual(window, expected, "window " + i + " of seed " + seed);
        }
        previous = window;
        millis += i == 0 ? 2_000 : 0; // the series has opened
      }
      Map<String, Double> details = new LinkedHashMap<>();
      whole.forEachField(WINDOW_MILLIS, details::put);
      assertThat(details.get("delta")).as("seed %d", seed).isCloseTo(sum, within(16.0));
    }
  }
}
