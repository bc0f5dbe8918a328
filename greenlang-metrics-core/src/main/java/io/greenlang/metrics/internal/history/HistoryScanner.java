package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.history.HistoryCursor;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryPoint;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.aggregate.Histograms;
import io.greenlang.metrics.internal.history.SeriesHistory.Sample;
import io.greenlang.metrics.internal.history.SeriesHistory.Window;
import io.greenlang.metrics.internal.sample.DerivedSeries;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A paginated search of a channel's history, in order of time. It scans time slices whose length
 * adapts to the number of entries in them. The cost of a page is therefore proportional to its
 * size, not to the range. Any thread; takes no lock.
 */
public final class HistoryScanner {

  private static final Comparator<HistoryPoint> BY_KEY = Comparator.comparing(HistoryPoint::key);

  /** The positions that a sample takes: its own, and one for each derived statistic. */
  private static final int POINTS_PER_SAMPLE = 8;

  private static final long INITIAL_SPAN_MILLIS = 1_000;
  private static final long MAX_SPAN_MILLIS = 1L << 40;

  private final ChannelHistory history;
  private final SeriesReader reader;
  private final DerivedStatistics derivedStatistics;

  /**
   * Creates a search.
   *
   * @param aggregators the aggregators that created the windows
   * @param derivedStatistics the histograms whose statistics are found as gauges, too
   */
  public HistoryScanner(
      ChannelHistory history, Aggregators aggregators, DerivedStatistics derivedStatistics) {
    this.history = history;
    this.derivedStatistics = derivedStatistics;
    this.reader = new SeriesReader(aggregators);
  }

  /**
   * Returns a page of results.
   *
   * @param closedMillis the time up to which windows are closed, in epoch milliseconds; windows
   *     that end later are still open and are left out
   */
  public HistoryPage find(HistoryQuery query, long closedMillis) {
    Scan scan = begin(query, closedMillis);
    while (!scan.isComplete()) {
      scan.advance();
    }
    return scan.page();
  }

  /**
   * Begins a search that the caller advances in slices. It takes the snapshots of the series, and
   * clamps the range to the entries in them.
   *
   * @param closedMillis the time up to which windows are closed, in epoch milliseconds
   */
  public Scan begin(HistoryQuery query, long closedMillis) {
    List<SeriesSnapshot> series =
        history.select(key -> derivedStatistics.isSelected(key, query.filter()));
    // Must follow the snapshots: they still contain the data that was evicted since they were
    // taken.
    RetentionTier tier = tier(query);
    Interval interval = query.interval() == null ? tier.interval() : query.interval();
    long from = Math.max(query.fromMillis(), history.retainedFromMillis(tier));
    long to = query.toMillis();
    if (interval != null) {
      from = firstCompleteWindow(interval, query.fromMillis(), history.retainedFromMillis(tier));
      to = Math.min(to, interval.windowStart(closedMillis));
    }
    return new Scan(query, series, interval, from, clamp(series, tier, interval, from, to));
  }

  /** A time range in epoch milliseconds, without its end. */
  private record Range(long from, long to) {}

  /** Clamps a range to the entries of a tier: there is nothing to find outside of them. */
  private static Range clamp(
      List<SeriesSnapshot> series,
      RetentionTier tier,
      @Nullable Interval interval,
      long from,
      long to) {
    long earliest = Long.MAX_VALUE;
    long latest = Long.MIN_VALUE;
    for (SeriesSnapshot each : series) {
      earliest = Math.min(earliest, each.earliestMillis(tier));
      latest = Math.max(latest, each.latestMillis(tier));
    }
    if (earliest > latest) {
      return new Range(from, from);
    }
    long first = interval == null ? earliest : interval.windowStart(earliest);
    return new Range(Math.max(from, first), Math.min(to, latest + 1));
  }

  /**
   * Returns the start of the window that contains the time, or of the first later window that is
   * complete.
   */
  private static long firstCompleteWindow(
      Interval interval, long fromMillis, long retainedFromMillis) {
    long requested = interval.windowStart(fromMillis);
    return retainedFromMillis <= requested
        ? requested
        : interval.windowStart(retainedFromMillis - 1) + interval.millis();
  }

  /**
   * A search that is advanced in slices, so that a caller can give its thread back after each. One
   * thread at a time.
   */
  public final class Scan {
    private final HistoryQuery query;
    private final List<SeriesSnapshot> series;
    private final @Nullable Interval interval;
    private final long completeFrom;
    private final long to;
    private final List<HistoryPoint> points = new ArrayList<>();
    private long start;
    private long span;

    private Scan(
        HistoryQuery query,
        List<SeriesSnapshot> series,
        @Nullable Interval interval,
        long completeFrom,
        Range range) {
      HistoryCursor after = query.after();
      this.query = query;
      this.series = series;
      this.interval = interval;
      this.completeFrom = completeFrom;
      this.to = range.to();
      this.start = after == null ? range.from() : Math.max(range.from(), after.timeMillis());
      this.span = interval == null ? INITIAL_SPAN_MILLIS : interval.millis();
    }

    /** Returns whether the page is full, or nothing is left to search. */
    public boolean isComplete() {
      return start >= to || points.size() > query.limit();
    }

    /** Searches the next slice of the range. */
    public void advance() {
      HistoryCursor after = query.after();
      long end = Math.min(to, start + span);
      List<HistoryPoint> slice = slice(query, series, interval, start, end);
      slice.removeIf(point -> after != null && point.key().compareTo(after) <= 0);
      slice.sort(BY_KEY);
      points.addAll(slice);
      start = end;
      adapt(slice.size());
    }

    private void adapt(int found) {
      if (found < query.limit() / 4 + 1) {
        span = Math.min(2 * span, MAX_SPAN_MILLIS);
      } else if (found > query.limit() && interval == null) {
        span = Math.max(1, span / 2);
      }
    }

    /** Returns the page. The search must be complete. */
    public HistoryPage page() {
      boolean more = points.size() > query.limit();
      List<HistoryPoint> limited = more ? points.subList(0, query.limit()) : points;
      return new HistoryPage(interval, completeFrom, List.copyOf(limited), more);
    }
  }

  private List<HistoryPoint> slice(
      HistoryQuery query,
      List<SeriesSnapshot> series,
      @Nullable Interval interval,
      long start,
      long end) {
    List<HistoryPoint> slice = new ArrayList<>();
    for (SeriesSnapshot each : series) {
      List<DerivedSeries> derived = derivedStatistics.of(each.key());
      if (interval == null) {
        SeriesReader.forEachSampleMeasured(
            each, start, end, sample -> addPoints(each, derived, sample, query, slice));
      } else {
        reader
            .windows(each, interval, interval.windowStart(start), end)
            .forEach(window -> addPoints(each, derived, window, query, slice));
      }
    }
    return slice;
  }

  private void addPoints(
      SeriesSnapshot series,
      List<DerivedSeries> derived,
      Sample sample,
      HistoryQuery query,
      List<HistoryPoint> points) {
    long minor = (long) sample.index() * POINTS_PER_SAMPLE;
    Aggregate histogram =
        sample.detail() instanceof Distribution distribution ? Histograms.of(distribution) : null;
    addPoint(
        series.key(),
        new HistoryCursor(sample.timeMillis(), sample.publicationId(), minor),
        sample.value(),
        histogram,
        query,
        points);
    if (histogram != null) {
      for (DerivedSeries each : derived) {
        addPoint(
            each.key(),
            new HistoryCursor(sample.timeMillis(), sample.publicationId(), ++minor),
            each.window(histogram).value(),
            null,
            query,
            points);
      }
    }
  }

  private void addPoints(
      SeriesSnapshot series,
      List<DerivedSeries> derived,
      Window window,
      HistoryQuery query,
      List<HistoryPoint> points) {
    long minor = 0;
    Aggregate aggregate = window.aggregate();
    addPoint(
        series.key(),
        new HistoryCursor(window.startMillis(), series.id(), minor),
        aggregate.value(),
        aggregate,
        query,
        points);
    for (DerivedSeries each : derived) {
      Aggregate statistic = each.window(aggregate);
      addPoint(
          each.key(),
          new HistoryCursor(window.startMillis(), series.id(), ++minor),
          statistic.value(),
          statistic,
          query,
          points);
    }
  }

  private static void addPoint(
      SeriesKey key,
      HistoryCursor position,
      double value,
      @Nullable Aggregate aggregate,
      HistoryQuery query,
      List<HistoryPoint> points) {
    if (query.filter().test(key.name(), key.tags())) {
      points.add(new HistoryPoint(key.name(), key.type(), key.tags(), position, value, aggregate));
    }
  }

  /**
   * Returns the tier to read: the one that stores the interval, or the finest one that reaches back
   * far enough.
   */
  private RetentionTier tier(HistoryQuery query) {
    Interval interval = query.interval();
    if (interval != null) {
      RetentionTier storing = RetentionTier.of(interval);
      return storing == null ? RetentionTier.RAW : storing;
    }
    RetentionTier deepest = RetentionTier.RAW;
    for (RetentionTier tier : RetentionTier.values()) {
      if (history.retainedFromMillis(tier) <= query.fromMillis()) {
        return tier;
      }
      if (history.retainedFromMillis(tier) < history.retainedFromMillis(deepest)) {
        deepest = tier;
      }
    }
    return deepest;
  }
}
