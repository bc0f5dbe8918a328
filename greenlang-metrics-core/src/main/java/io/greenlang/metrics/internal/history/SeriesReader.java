package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.history.SeriesHistory.Sample;
import io.greenlang.metrics.internal.history.SeriesHistory.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A reader of a series' history: its samples, or its windows of any interval. Windows of a minute
 * and longer are stored. Shorter ones are recomputed from the samples, in the order of publication
 * and by the same times. They are therefore identical to the live windows. Any thread; takes no
 * lock.
 */
public final class SeriesReader {

  /** Longer than a counter can be undecided about a restart. */
  private static final long LEAD_MILLIS = 30_000;

  private final Aggregators aggregators;

  /**
   * Creates a reader.
   *
   * @param aggregators the aggregators that created the windows
   */
  public SeriesReader(Aggregators aggregators) {
    this.aggregators = aggregators;
  }

  /**
   * Passes the samples of a range of publications to {@code action}.
   *
   * @param after the publication before the range
   * @param until the last publication of the range
   */
  public static void forEachSampleOfPublications(
      SeriesSnapshot series, long after, long until, Consumer<Sample> action) {
    for (SampleChunk chunk : series.samples) {
      if (chunk.overlapsPublications(after, until)) {
        chunk.forEach(
            sample -> {
              if (sample.publicationId() > after && sample.publicationId() <= until) {
                action.accept(sample);
              }
            });
      }
    }
  }

  /**
   * Passes the samples that were measured in a time range to {@code action}.
   *
   * @param from the start of the range, inclusive, in epoch milliseconds
   * @param to the end of the range, exclusive, in epoch milliseconds
   */
  public static void forEachSampleMeasured(
      SeriesSnapshot series, long from, long to, Consumer<Sample> action) {
    for (SampleChunk chunk : series.samples) {
      if (chunk.overlapsMeasuredTimes(from, to)) {
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
   * Returns the publication before the first one that has a sample which counts at or after {@code
   * from}; {@link Long#MAX_VALUE} if there is none.
   */
  public static long publicationBefore(SeriesSnapshot series, long from) {
    long[] lowest = {Long.MAX_VALUE};
    for (SampleChunk chunk : series.samples) {
      if (chunk.overlapsWindowTimes(from, Long.MAX_VALUE)) {
        chunk.forEach(
            sample -> {
              if (sample.windowTimeMillis() >= from) {
                lowest[0] = Math.min(lowest[0], sample.publicationId() - 1);
              }
            });
        break;
      }
    }
    return lowest[0];
  }

  /**
   * Returns the windows of a series that start in a time range, in order and without empty windows.
   *
   * @param from the start of the range, inclusive, in epoch milliseconds; must be a multiple of the
   *     interval
   * @param to the end of the range, exclusive, in epoch milliseconds
   */
  public List<Window> windows(SeriesSnapshot series, Interval interval, long from, long to) {
    Aggregator aggregator = aggregators.find(series.key().type());
    if (aggregator == null) {
      return List.of();
    }
    RetentionTier tier = RetentionTier.of(interval);
    List<Window> windows =
        tier == null
            ? recompute(series, aggregator, interval, from, to)
            : stored(series, aggregator, tier, from, to);
    // A window is empty if the application's aggregator failed to pack or to unpack it.
    windows.removeIf(window -> window.startMillis() < from || window.aggregate().count() == 0);
    return windows;
  }

  /**
   * Returns the windows of a series that start in a time range, in order, preceded by the last
   * earlier windows if any are known. A newly opened window needs them as predecessors. Only for
   * intervals that no tier stores.
   *
   * @param from the start of the range, inclusive, in epoch milliseconds
   * @param to the end of the range, exclusive, in epoch milliseconds
   */
  public List<Window> openingWindows(SeriesSnapshot series, Interval interval, long from, long to) {
    Aggregator aggregator = aggregators.find(series.key().type());
    return aggregator == null ? List.of() : recompute(series, aggregator, interval, from, to);
  }

  /**
   * Passes the samples that count at or after a time to {@code action}, in the order of arrival.
   *
   * @param from in epoch milliseconds
   */
  public static void forEachSampleCounting(
      SeriesSnapshot series, long from, Consumer<Sample> action) {
    for (SampleChunk chunk : series.samples) {
      if (chunk.overlapsWindowTimes(from, Long.MAX_VALUE)) {
        chunk.forEach(
            sample -> {
              if (sample.windowTimeMillis() >= from) {
                action.accept(sample);
              }
            });
      }
    }
  }

  /**
   * Returns the merged aggregate of the windows of a series that start in a time range; null if
   * there is no sample.
   *
   * @param from the start of the range, inclusive, in epoch milliseconds; must be a multiple of the
   *     interval
   * @param to the end of the range, exclusive, in epoch milliseconds
   */
  public @Nullable Aggregate merged(SeriesSnapshot series, Interval interval, long from, long to) {
    Aggregator aggregator = aggregators.find(series.key().type());
    List<Window> windows = windows(series, interval, from, to);
    if (aggregator == null || windows.isEmpty()) {
      return null;
    }
    Aggregate merged = aggregator.create();
    windows.forEach(window -> merged.appendLater(window.aggregate()));
    return merged;
  }

  /** Returns the stored windows; those of one time, which a clock set back causes, become one. */
  private static List<Window> stored(
      SeriesSnapshot series, Aggregator aggregator, RetentionTier tier, long from, long to) {
    TreeMap<Long, Aggregate> byStart = new TreeMap<>();
    for (WindowChunk chunk : series.windows(tier)) {
      chunk.forEach(
          from,
          to,
          (start, packed) -> {
            Aggregate window = aggregator.unpack(packed);
            Aggregate sameTime = byStart.putIfAbsent(start, window);
            if (sameTime != null) {
              sameTime.appendLater(window);
            }
          });
    }
    List<Window> windows = new ArrayList<>(byStart.size());
    byStart.forEach((start, aggregate) -> windows.add(new Window(start, aggregate)));
    return windows;
  }

  private static List<Window> recompute(
      SeriesSnapshot series, Aggregator aggregator, Interval interval, long from, long to) {
    List<SampleChunk> chunks = relevant(series, from, to);
    boolean incomplete =
        series.shortened || (!chunks.isEmpty() && chunks.get(0) != series.samples.get(0));
    WindowFolder folder = new WindowFolder(aggregator, interval, incomplete);
    // If the clock was set back, the increase of a counter depends on samples that count later.
    List<Sample> later = new ArrayList<>();
    for (SampleChunk chunk : chunks) {
      chunk.forEach(
          sample -> {
            later.add(sample);
            if (interval.windowStart(sample.windowTimeMillis()) < to) {
              later.forEach(folder::add);
              later.clear();
            }
          });
    }
    List<Window> windows = folder.finish();
    windows.removeIf(window -> window.startMillis() >= to);
    return windows;
  }

  /**
   * Returns the chunks from the first to the last one with samples in a time range or shortly
   * before it, and one before those: the increase of a counter depends on the totals before the
   * range.
   */
  private static List<SampleChunk> relevant(SeriesSnapshot series, long from, long to) {
    List<SampleChunk> all = series.samples;
    long start = from < Long.MIN_VALUE + LEAD_MILLIS ? Long.MIN_VALUE : from - LEAD_MILLIS;
    int first = 0;
    while (first < all.size() && !all.get(first).overlapsWindowTimes(start, Long.MAX_VALUE)) {
      first++;
    }
    int end = all.size();
    while (end > first && !all.get(end - 1).overlapsWindowTimes(start, to)) {
      end--;
    }
    int begin = Math.max(0, first - 1);
    return all.subList(begin, Math.min(all.size(), Math.max(begin + 1, end)));
  }
}
