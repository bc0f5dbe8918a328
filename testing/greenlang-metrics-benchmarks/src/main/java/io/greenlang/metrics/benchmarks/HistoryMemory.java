package io.greenlang.metrics.benchmarks;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.history.ChannelHistory;
import io.greenlang.metrics.internal.history.MemoryBudget;
import io.greenlang.metrics.internal.history.SeriesHistory;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Benchmark of the memory that one hour of a channel's samples occupies: 10,000 series, one sample
 * per second. For each kind of values, it prints the heap growth, the memory that the history
 * accounts for, and the time per sample. Requires a heap of 4 GiB.
 */
public final class HistoryMemory {

  private static final int SERIES = 10_000;
  private static final int SECONDS = 3_600;
  private static final int SAMPLES = SERIES * SECONDS;
  private static final long START_MILLIS = 1_700_000_000_000L;
  private static final double MIB = 1024 * 1024;

  private enum Kind {
    /** A level that rarely changes. */
    STEADY {
      @Override
      double next(double previous, Random random) {
        return random.nextInt(100) == 0 ? random.nextInt(100) : previous;
      }
    },
    /** A cumulative total of integers. */
    COUNTER {
      @Override
      double next(double previous, Random random) {
        return previous + random.nextInt(2_000);
      }
    },
    /** A percentage with two decimals that drifts. */
    PERCENT {
      @Override
      double next(double previous, Random random) {
        return Math.rint((previous + random.nextGaussian()) * 100) / 100;
      }
    },
    /** Random values: all 52 bits of every sample are new. */
    NOISE {
      @Override
      double next(double previous, Random random) {
        return random.nextDouble();
      }
    };

    abstract double next(double previous, Random random);
  }

  private HistoryMemory() {}

  /** Measures each kind in turn. */
  public static void main(String[] args) {
    System.out.println(
        "10,000 series x 3,600 s       heap MiB  counted MiB   bytes/sample   ns/sample");
    for (Kind kind : Kind.values()) {
      measure(kind);
    }
  }

  private static void measure(Kind kind) {
    Retention retention = Retention.defaults().bytesPerChannel(8L << 30).maxTotalBytes(8L << 30);
    MemoryBudget budget = new MemoryBudget(retention.maxTotalBytes());
    double before = heap();
    ChannelHistory history = new ChannelHistory(retention, budget);
    long nanos = fill(history, kind);
    double heapGrowth = heap() - before;
    System.out.printf(
        Locale.ROOT,
        "%-26s %11.0f %12.0f %14.2f %11.0f%n",
        kind.name().toLowerCase(Locale.ROOT),
        heapGrowth / MIB,
        budget.usedBytes() / MIB,
        heapGrowth / SAMPLES,
        (double) nanos / SAMPLES);
    if (history.evicted() > 0 || history.entries() != SAMPLES) {
      throw new IllegalStateException("samples were evicted; retained: " + history.entries());
    }
  }

  /** Adds all samples and returns the nanoseconds that this took. */
  private static long fill(ChannelHistory history, Kind kind) {
    List<SeriesHistory> series = series(history);
    Random random = new Random(1);
    double[] values = new double[SERIES];
    long nanos = 0;
    for (int second = 0; second < SECONDS; second++) {
      long time = START_MILLIS + 1_000L * second + random.nextInt(4);
      for (int i = 0; i < SERIES; i++) {
        values[i] = kind.next(values[i], random);
      }
      long startNanos = System.nanoTime();
      for (int i = 0; i < SERIES; i++) {
        history.add(series.get(i), second, i, time, time, values[i], null);
      }
      nanos += System.nanoTime() - startNanos;
    }
    return nanos;
  }

  private static List<SeriesHistory> series(ChannelHistory history) {
    List<SeriesHistory> series = new ArrayList<>();
    for (int i = 0; i < SERIES; i++) {
      Tags tags = Tags.of("host", "host-" + i % 100, "instance", "instance-" + i);
      series.add(
          history.series(new SeriesKey(Channel.SYSTEM, "requests.total", MetricType.GAUGE, tags)));
    }
    return series;
  }

  private static double heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
