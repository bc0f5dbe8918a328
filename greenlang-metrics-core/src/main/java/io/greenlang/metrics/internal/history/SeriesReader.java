package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.history.SeriesHistory.Sample;
import io.greenlang.metrics.internal.history.SeriesHistory.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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

  /** The types whose windows do not depend on earlier samples, so that no lead is folded. */
  private static final Set<MetricType> INDEPENDENT = Set.of(MetricType.GAUGE, MetricType.HISTOGRAM);

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
        DecodedSamples samples = chunk.decoded();
        int i = samples.firstAfter(after);
        while (i < samples.count() && samples.publicationId(i) <= until) {
          action.accept(samples.sample(i++));
        }
      }
    }
  }

  /**
   * Passes the samples of all publications after one to {@code action}. The cost depends on their
   * number, and not on that of the samples before.
   */
  public static void forEachSampleAfter(
      SeriesSnapshot series, long after, Consumer<Sample> action) {
    List<SampleChunk> chunks = series.samples;
    int first = chunks.size();
    while (first > 0 && chunks.get(first - 1).overlapsPublications(after, Long.MAX_VALUE)) {
      first--;
    }
    for (SampleChunk chunk : chunks.subList(first, chunks.size())) {
      DecodedSamples samples = chunk.decoded();
      for (int i = samples.firstAfter(after); i < samples.count(); i++) {
        action.accept(samples.sample(i));
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
        DecodedSamples samples = chunk.decoded();
        for (int i = 0; i < samples.count(); i++) {
          if (samples.timeMillis(i) >= from && samples.timeMillis(i) < to) {
            action.accept(samples.sample(i));
          }
        }
      }
    }
  }

  /**
   * Returns the publication before the first one that has a sample which counts at or after {@code
   * from}; {@link Long#MAX_VALUE} if there is none.
   */
  public static long publicationBefore(SeriesSnapshot series, long from) {
    for (SampleChunk chunk : series.samples) {
      if (chunk.overlapsWindowTimes(from, Long.MAX_VALUE)) {
        DecodedSamples samples = chunk.decoded();
        int first = samples.firstCounting(from);
        if (first < samples.count()) {
          return samples.publicationId(first) - 1;
        }
      }
    }
    return Long.MAX_VALUE;
  }

  /**
   * Returns the time before which a series has no entry in a time range, from the bounds of its
   * chunks: no sample is decoded. Returns {@link Long#MAX_VALUE} if it has none in the range.
   *
   * @param interval the interval of the windows; null for samples
   * @param from the start of the range, inclusive, in epoch milliseconds
   * @param to the end of the range, exclusive, in epoch milliseconds
   */
  static long firstTime(SeriesSnapshot series, @Nullable Interval interval, long from, long to) {
    RetentionTier tier = interval == null ? null : RetentionTier.of(interval);
    long first = Long.MAX_VALUE;
    if (tier != null) {
      for (WindowChunk chunk : series.windows(tier)) {
        if (chunk.overlaps(from, to)) {
          first = Math.min(first, chunk.earliestMillis());
        }
      }
      return first == Long.MAX_VALUE ? first : Math.max(first, from);
    }
    for (SampleChunk chunk : series.samples) {
      if (interval == null && chunk.overlapsMeasuredTimes(from, to)) {
        first = Math.min(first, chunk.firstTimeMillis());
      } else if (interval != null && chunk.overlapsWindowTimes(from, to)) {
        first = Math.min(first, interval.windowStart(chunk.firstWindowTimeMillis()));
      }
    }
    return first == Long.MAX_VALUE ? first : Math.max(first, from);
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
            ? recomputed(series, aggregator, interval, from, to)
            : stored(series, aggregator, tier, from, to);
    // A window is empty if the application's aggregator failed to pack or to unpack it.
    windows.removeIf(window -> window.startMillis() < from || window.aggregate().count() == 0);
    return windows;
  }

  /**
   * Returns the windows of a series that start in a time range, in order, preceded by the last
   * earlier window if one is known. A newly opened window needs it as its predecessor. Only for
   * intervals that no tier stores. Reads past the cache, because it is called for all series once.
   *
   * @param from the start of the range, inclusive, in epoch milliseconds; must be a multiple of the
   *     interval
   * @param to the end of the range, exclusive, in epoch milliseconds
   * @param scratch memory that the calls for all series share
   */
  public List<Window> openingWindows(
      SeriesSnapshot series, Interval interval, long from, long to, SeriesHistory.Scratch scratch) {
    Aggregator aggregator = aggregators.find(series.key().type());
    if (aggregator == null || series.samples.isEmpty()) {
      return List.of();
    }
    SampleRun run = SampleRun.readOnce(series.samples, scratch);
    Lead lead = leadOf(series, run, interval, from);
    return withoutEarlier(recompute(series, run, aggregator, interval, lead, to), from);
  }

  private static Lead leadOf(SeriesSnapshot series, SampleRun run, Interval interval, long from) {
    return isIndependent(series)
        ? new Lead(precedingStart(run, interval, from), 0)
        : new Lead(leadStart(interval, from), SegmentFold.LEAD_SAMPLES);
  }

  /** Returns the windows from a time on, preceded by the last earlier one. */
  private static List<Window> withoutEarlier(List<Window> windows, long from) {
    int current = 0;
    while (current < windows.size() && windows.get(current).startMillis() < from) {
      current++;
    }
    return windows.subList(Math.max(0, current - 1), windows.size());
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
        DecodedSamples samples = chunk.decoded();
        for (int i = 0; i < samples.count(); i++) {
          if (samples.windowTimeMillis(i) >= from) {
            action.accept(samples.sample(i));
          }
        }
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

  private static List<Window> recomputed(
      SeriesSnapshot series, Aggregator aggregator, Interval interval, long from, long to) {
    List<SampleChunk> all = series.samples;
    if (SampleRun.lastOverlapping(all, 0, all.size(), from, endOfWindows(interval, to)) < 0) {
      return new ArrayList<>();
    }
    if (!isIndependent(series)) {
      return new SegmentFold(series, aggregator, interval).windows(from, to);
    }
    return recompute(series, new SampleRun(all), aggregator, interval, new Lead(from, 0), to);
  }

  private static boolean isIndependent(SeriesSnapshot series) {
    return INDEPENDENT.contains(series.key().type());
  }

  /**
   * The samples that are folded before a range.
   *
   * @param startMillis the time from which samples are folded
   * @param samples the number of samples before the first one that counts at that time
   */
  private record Lead(long startMillis, int samples) {}

  /**
   * Returns the windows that start before {@code to}, from the samples of a lead and those after
   * it. Samples in between that count later are folded too: if the clock was set back, the increase
   * of a counter depends on them.
   *
   * @param run the samples of the series; at least one chunk
   */
  private static List<Window> recompute(
      SeriesSnapshot series,
      SampleRun run,
      Aggregator aggregator,
      Interval interval,
      Lead lead,
      long to) {
    long first = run.positionBefore(lead.startMillis(), lead.samples());
    int firstChunk = run.chunkOf(first);
    long endMillis = endOfWindows(interval, to);
    int last =
        Math.max(firstChunk, run.lastOverlapping(0, run.size(), lead.startMillis(), endMillis));
    boolean incomplete = !isIndependent(series) && (series.shortened || first > run.position(0, 0));
    WindowFolder folder =
        new WindowFolder(run, aggregator, interval, incomplete, Long.MIN_VALUE, Long.MAX_VALUE);
    for (int chunk = firstChunk; chunk <= last; chunk++) {
      int end = chunk == last ? run.lastCounting(chunk, endMillis) + 1 : run.decoded(chunk).count();
      for (int i = chunk == firstChunk ? SampleRun.indexOf(first) : 0; i < end; i++) {
        folder.add(chunk, i);
      }
      folder.releaseBefore(chunk + 1);
    }
    List<Window> windows = folder.finish();
    windows.removeIf(window -> window.startMillis() >= to);
    return WindowFolder.merge(windows);
  }

  /** Returns the end of the last window that starts before a time. */
  static long endOfWindows(Interval interval, long toMillis) {
    return toMillis > Long.MAX_VALUE / 2
        ? toMillis
        : interval.windowStart(toMillis - 1) + interval.millis();
  }

  private static long leadStart(Interval interval, long from) {
    return from < Long.MIN_VALUE + 2 * SegmentFold.LEAD_MILLIS
        ? Long.MIN_VALUE
        : interval.windowStart(from - SegmentFold.LEAD_MILLIS);
  }

  /**
   * Returns the start of the window of the sample before the first one that counts at a time; the
   * time if there is none.
   */
  private static long precedingStart(SampleRun run, Interval interval, long from) {
    long position = run.positionBefore(from, 1);
    DecodedSamples samples = run.decoded(run.chunkOf(position));
    int index = SampleRun.indexOf(position);
    return index == samples.count()
        ? from
        : Math.min(from, interval.windowStart(samples.windowTimeMillis(index)));
  }
}
