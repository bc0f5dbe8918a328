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
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A paginated search of a channel's history, in order of time. It scans time slices whose length
 * adapts to the number of entries in them, skips the time between entries, and shares decoded
 * chunks with other pages. The cost of a page is therefore proportional to its size and to the
 * number of series, not to the range. Any thread; takes no lock.
 */
public final class HistoryScanner {

  private static final Comparator<HistoryPoint> BY_KEY = Comparator.comparing(HistoryPoint::key);

  /** The positions that a sample takes: its own, and one for each derived statistic. */
  private static final int POINTS_PER_SAMPLE = 8;

  private static final long MIN_SPAN_MILLIS = 100;
  private static final long MAX_SPAN_MILLIS = 1L << 40;

  /** The factor by which a time slice may be longer than the preceding one. */
  private static final double MAX_GROWTH = 16;

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
    scan.advance(Integer.MAX_VALUE);
    return scan.page();
  }

  /**
   * Begins a search that the caller advances in steps, so that it can give its thread back between
   * them.
   *
   * @param closedMillis as for {@link #find}
   */
  public Scan begin(HistoryQuery query, long closedMillis) {
    // Must precede the snapshots: they then contain these windows of all series. Windows close in
    // slices, so later ones may be there for some series only.
    Map<RetentionTier, Long> closedUntil = history.closedUntilMillis();
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
      long closed = Math.min(closedMillis, Objects.requireNonNull(closedUntil.get(tier)));
      to = Math.min(SeriesReader.endOfWindows(interval, to), interval.windowStart(closed));
    }
    List<Selected> selected = new ArrayList<>(series.size());
    series.forEach(each -> selected.add(select(each, query)));
    return new Scan(query, selected, interval, from, to);
  }

  private Selected select(SeriesSnapshot series, HistoryQuery query) {
    SeriesKey key = series.key();
    boolean itself = query.filter().test(key.name(), key.tags());
    return new Selected(series, itself, derivedStatistics.of(key));
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

  /**
   * A series of a scan.
   *
   * @param itself whether the filter selects the series, not only statistics derived from it
   * @param derived the statistics of the series
   */
  private record Selected(SeriesSnapshot series, boolean itself, List<DerivedSeries> derived) {}

  /**
   * The scan for one page. It visits one series after the other, in time slices that are as long as
   * the rest of the page probably is. A caller can stop after any number of series and continue
   * later, on another thread too: evictions in between do not change the result. Used by one thread
   * at a time; takes no lock.
   */
  public final class Scan {

    private final HistoryQuery query;
    private final List<Selected> series;
    private final @Nullable Interval interval;
    private final long from;
    private final long to;
    private final @Nullable HistoryCursor after;
    private final List<HistoryPoint> points = new ArrayList<>();
    private List<HistoryPoint> slice = new ArrayList<>();
    private long start;
    private long end;
    private long span;
    private int nextSeries;

    /** The number of entries in the slice, including those that the preceding page contains. */
    private int found;

    /** The earliest entry after the slice, according to the bounds of chunks. */
    private long nextTime = Long.MAX_VALUE;

    private boolean done;

    private Scan(
        HistoryQuery query,
        List<Selected> series,
        @Nullable Interval interval,
        long from,
        long to) {
      this.query = query;
      this.series = series;
      this.interval = interval;
      this.from = from;
      this.to = to;
      this.after = query.after();
      this.start = after == null ? from : Math.max(from, after.timeMillis());
      this.span = minSpan();
      // An empty slice, which finds the first entry.
      this.end = start;
      this.done = start >= to || series.isEmpty();
    }

    /**
     * Continues the scan.
     *
     * @param maxSeries the maximum number of series to visit; visiting one decodes at most the
     *     samples of its chunks that overlap the time slice
     */
    public void advance(int maxSeries) {
      for (int visited = 0; visited < maxSeries && !done; visited++) {
        visit(series.get(nextSeries++));
        if (nextSeries == series.size()) {
          endSlice();
        }
      }
    }

    /** Returns whether the page is full, or nothing is left to search. */
    public boolean isComplete() {
      return done;
    }

    /**
     * Returns the page.
     *
     * @throws IllegalStateException if the scan is not complete
     */
    public HistoryPage page() {
      if (!done) {
        throw new IllegalStateException("the scan is not complete");
      }
      boolean more = points.size() > query.limit();
      List<HistoryPoint> limited = more ? points.subList(0, query.limit()) : points;
      return new HistoryPage(interval, from, List.copyOf(limited), more);
    }

    private void visit(Selected each) {
      if (start < end) {
        if (interval == null) {
          SeriesReader.forEachSampleMeasured(
              each.series(), start, end, sample -> addPoints(each, sample));
        } else {
          reader
              .windows(each.series(), interval, start, end)
              .forEach(window -> addPoints(each, window));
        }
      }
      nextTime = Math.min(nextTime, SeriesReader.firstTime(each.series(), interval, end, to));
      if (slice.size() > 4 * (query.limit() + 1)) {
        truncate();
      }
    }

    /** Drops the entries of the slice that no page of this size can contain. */
    private void truncate() {
      slice.sort(BY_KEY);
      slice = new ArrayList<>(slice.subList(0, query.limit() + 1));
    }

    private void endSlice() {
      slice.sort(BY_KEY);
      points.addAll(slice);
      adaptSpan();
      slice = new ArrayList<>();
      found = 0;
      nextSeries = 0;
      start = nextTime;
      done = start >= to || points.size() > query.limit();
      end = done ? start : to - start > span ? start + span : to;
      nextTime = Long.MAX_VALUE;
    }

    /** Makes the next slice as long as the rest of the page, if entries are as dense as before. */
    private void adaptSpan() {
      if (start == end) {
        return;
      }
      double wanted = 1.1 * (query.limit() + 1 - points.size());
      double factor = found == 0 ? MAX_GROWTH : Math.min(MAX_GROWTH, wanted / found);
      double adapted = Math.min(MAX_SPAN_MILLIS, (end - start) * factor);
      span = Math.max(minSpan(), (long) adapted);
      if (interval != null) {
        span = (span + interval.millis() - 1) / interval.millis() * interval.millis();
      }
    }

    private long minSpan() {
      return interval == null ? MIN_SPAN_MILLIS : interval.millis();
    }

    private void addPoints(Selected selected, Sample sample) {
      long minor = (long) sample.index() * POINTS_PER_SAMPLE;
      long time = sample.timeMillis();
      long major = sample.publicationId();
      Aggregate histogram =
          sample.detail() instanceof Distribution distribution ? Histograms.of(distribution) : null;
      if (selected.itself()) {
        addPoint(
            selected.series().key(),
            new HistoryCursor(time, major, minor),
            sample.value(),
            histogram);
      }
      if (histogram != null) {
        for (DerivedSeries each : selected.derived()) {
          HistoryCursor position = new HistoryCursor(time, major, ++minor);
          addDerived(each, position, each.window(histogram).value(), null);
        }
      }
    }

    private void addPoints(Selected selected, Window window) {
      long minor = 0;
      long id = selected.series().id();
      Aggregate aggregate = window.aggregate();
      if (selected.itself()) {
        addPoint(
            selected.series().key(),
            new HistoryCursor(window.startMillis(), id, minor),
            aggregate.value(),
            aggregate);
      }
      for (DerivedSeries each : selected.derived()) {
        Aggregate statistic = each.window(aggregate);
        HistoryCursor position = new HistoryCursor(window.startMillis(), id, ++minor);
        addDerived(each, position, statistic.value(), statistic);
      }
    }

    private void addDerived(
        DerivedSeries derived,
        HistoryCursor position,
        double value,
        @Nullable Aggregate aggregate) {
      if (query.filter().test(derived.key().name(), derived.key().tags())) {
        addPoint(derived.key(), position, value, aggregate);
      }
    }

    private void addPoint(
        SeriesKey key, HistoryCursor position, double value, @Nullable Aggregate aggregate) {
      found++;
      if (after == null || position.compareTo(after) > 0) {
        slice.add(new HistoryPoint(key.name(), key.type(), key.tags(), position, value, aggregate));
      }
    }
  }
}
