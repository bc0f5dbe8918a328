package io.greenlang.metrics.history;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.aggregate.Aggregators;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the past of a series: its readings, or windows of any length that there is. Windows of a
 * minute and longer are kept; shorter ones are folded again from the readings, in the order in
 * which they came and by the same times, so that they are the very windows that were live. Any
 * thread; no lock.
 */
public final class HistoryReader {

  private final Aggregators aggregators;

  /** A reader of what these made. */
  public HistoryReader(Aggregators aggregators) {
    this.aggregators = aggregators;
  }

  /** Hands over the readings of publications behind {@code after} and not behind {@code until}. */
  public static void samples(
      SeriesSnapshot series, long after, long until, Consumer<Sample> action) {
    for (SampleChunk chunk : series.samples) {
      if (chunk.hasSequences(after, until)) {
        chunk.forEach(
            sample -> {
              if (sample.sequence() > after && sample.sequence() <= until) {
                action.accept(sample);
              }
            });
      }
    }
  }

  /** Hands over the readings that were measured at or after {@code from} and before {@code to}. */
  public static void samplesMeasured(
      SeriesSnapshot series, long from, long to, Consumer<Sample> action) {
    for (SampleChunk chunk : series.samples) {
      if (chunk.hasTimes(from, to)) {
        chunk.forEach(
            sample -> {
              if (sample.timeMillis() >= from && sample.timeMillis() < to) {
                action.accept(sample);
              }
            });
      }
    }
  }

  /**
   * The publication before the first one of which a reading counts at or after {@code from}; {@link
   * Long#MAX_VALUE} if there is none.
   */
  public static long before(SeriesSnapshot series, long from) {
    long[] least = {Long.MAX_VALUE};
    for (SampleChunk chunk : series.samples) {
      if (chunk.hasFolds(from, Long.MAX_VALUE)) {
        chunk.forEach(
            sample -> {
              if (sample.foldMillis() >= from) {
                least[0] = Math.min(least[0], sample.sequence() - 1);
              }
            });
        break;
      }
    }
    return least[0];
  }

  /**
   * The windows of a series that start at or after {@code from} and before {@code to}, in order,
   * those without a reading left out.
   *
   * @param from a multiple of the interval
   */
  public List<Window> windows(SeriesSnapshot series, Interval interval, long from, long to) {
    Aggregator aggregator = aggregators.find(series.type());
    if (aggregator == null) {
      return List.of();
    }
    RetentionTier tier = RetentionTier.of(interval);
    List<Window> windows =
        tier == null
            ? fold(series, aggregator, interval, from, to)
            : kept(series, aggregator, tier, from, to);
    // Of one that a host's aggregator failed to pack, or to read again, there is nothing to tell.
    windows.removeIf(window -> window.startMillis() < from || window.aggregate().count() == 0);
    return windows;
  }

  /**
   * The windows of a series that start at or after {@code from}, in order, and before them the last
   * ones that are known, if there are any: what a window that is opened now must know. For
   * intervals that no tier holds.
   */
  public List<Window> openingWindows(SeriesSnapshot series, Interval interval, long from) {
    Aggregator aggregator = aggregators.find(series.type());
    return aggregator == null
        ? List.of()
        : fold(series, aggregator, interval, from, Long.MAX_VALUE);
  }

  /**
   * What the windows of a series that start at or after {@code from} and before {@code to} come to
   * together; null if there is no reading.
   */
  public @Nullable Aggregate merged(SeriesSnapshot series, Interval interval, long from, long to) {
    Aggregator aggregator = aggregators.find(series.type());
    List<Window> windows = windows(series, interval, from, to);
    if (aggregator == null || windows.isEmpty()) {
      return null;
    }
    Aggregate merged = aggregator.create();
    windows.forEach(window -> merged.append(window.aggregate()));
    return merged;
  }

  private static List<Window> kept(
      SeriesSnapshot series, Aggregator aggregator, RetentionTier tier, long from, long to) {
    List<Window> windows = new ArrayList<>();
    for (WindowChunk chunk : series.windows(tier)) {
      chunk.forEach(
          from, to, (start, packed) -> windows.add(new Window(start, aggregator.unpack(packed))));
    }
    return windows;
  }

  private static List<Window> fold(
      SeriesSnapshot series, Aggregator aggregator, Interval interval, long from, long to) {
    TreeMap<Long, Aggregate> windows = new TreeMap<>();
    for (SampleChunk chunk : relevant(series, from, to)) {
      chunk.forEach(
          sample -> {
            long start = interval.windowOf(sample.foldMillis());
            if (start < to) {
              windows.computeIfAbsent(start, s -> aggregator.create()).add(sample.value());
            }
          });
    }
    List<Window> folded = new ArrayList<>();
    Aggregate previous = null;
    for (Map.Entry<Long, Aggregate> window : windows.entrySet()) {
      if (previous != null) {
        window.getValue().follow(previous);
      }
      previous = window.getValue();
      folded.add(new Window(window.getKey(), window.getValue()));
    }
    return folded;
  }

  /**
   * The chunks with readings of that time, and one with readings before it: what a counter grew by
   * is known only beside what it was before.
   */
  private static List<SampleChunk> relevant(SeriesSnapshot series, long from, long to) {
    List<SampleChunk> all = series.samples;
    int first = 0;
    while (first < all.size() && !all.get(first).hasFolds(from, Long.MAX_VALUE)) {
      first++;
    }
    List<SampleChunk> chunks = new ArrayList<>();
    for (SampleChunk chunk : all.subList(Math.max(0, first - 1), all.size())) {
      if (chunks.isEmpty() || chunk.hasFolds(from, to)) {
        chunks.add(chunk);
      }
    }
    return chunks;
  }
}
