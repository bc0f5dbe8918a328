package io.greenlang.metrics.history;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregators;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers a query, page by page, in the order of time. It looks at slices of time that grow and
 * shrink with what they hold, so that a page costs about what it brings, whatever the range. Any
 * thread; no lock.
 */
public final class HistorySearch {

  private static final Comparator<HistoryPoint> IN_ORDER = Comparator.comparing(HistoryPoint::key);

  private static final long FIRST_SPAN_MILLIS = 1_000;
  private static final long MAX_SPAN_MILLIS = 1L << 40;

  private final ChannelHistory history;
  private final HistoryReader reader;

  /** A search in a channel's past. */
  public HistorySearch(ChannelHistory history, Aggregators aggregators) {
    this.history = history;
    this.reader = new HistoryReader(aggregators);
  }

  /**
   * Finds a page.
   *
   * @param closedMillis windows that end after this time are still open, and are not told
   */
  public HistoryPage find(HistoryQuery query, long closedMillis) {
    List<SeriesSnapshot> series = history.select(query.wanted());
    // Asked after the snapshots were taken: what was let go since then is still in them.
    RetentionTier tier = tier(query);
    Interval interval = query.interval() == null ? tier.interval() : query.interval();
    long from = Math.max(query.fromMillis(), history.reachesFrom(tier));
    long to = query.toMillis();
    if (interval != null) {
      from = firstWhole(interval, query.fromMillis(), history.reachesFrom(tier));
      to = Math.min(to, interval.windowOf(closedMillis));
    }
    return page(query, series, interval, from, to);
  }

  /** The window that the time lies in, or the first later one of which everything is there. */
  private static long firstWhole(Interval interval, long fromMillis, long reachesFrom) {
    long asked = interval.windowOf(fromMillis);
    return reachesFrom <= asked ? asked : interval.windowOf(reachesFrom - 1) + interval.millis();
  }

  private HistoryPage page(
      HistoryQuery query,
      List<SeriesSnapshot> series,
      @Nullable Interval interval,
      long from,
      long to) {
    List<HistoryPoint> points = new ArrayList<>();
    HistoryKey after = query.after();
    long start = after == null ? from : Math.max(from, after.timeMillis());
    long span = interval == null ? FIRST_SPAN_MILLIS : interval.millis();
    while (start < to && points.size() <= query.limit()) {
      long end = Math.min(to, start + span);
      List<HistoryPoint> slice = slice(series, interval, start, end);
      slice.removeIf(point -> after != null && point.key().compareTo(after) <= 0);
      slice.sort(IN_ORDER);
      points.addAll(slice);
      start = end;
      if (slice.size() < query.limit() / 4 + 1) {
        span = Math.min(2 * span, MAX_SPAN_MILLIS);
      } else if (slice.size() > query.limit() && interval == null) {
        span = Math.max(1, span / 2);
      }
    }
    boolean more = points.size() > query.limit();
    List<HistoryPoint> told = more ? points.subList(0, query.limit()) : points;
    return new HistoryPage(interval, from, List.copyOf(told), more);
  }

  private List<HistoryPoint> slice(
      List<SeriesSnapshot> series, @Nullable Interval interval, long start, long end) {
    List<HistoryPoint> slice = new ArrayList<>();
    for (SeriesSnapshot each : series) {
      if (interval == null) {
        HistoryReader.samplesMeasured(each, start, end, sample -> slice.add(point(each, sample)));
      } else {
        reader
            .windows(each, interval, interval.windowOf(start), end)
            .forEach(window -> slice.add(point(each, window)));
      }
    }
    return slice;
  }

  private static HistoryPoint point(SeriesSnapshot of, Sample sample) {
    HistoryKey key = new HistoryKey(sample.timeMillis(), sample.sequence(), sample.index());
    return new HistoryPoint(of.name(), of.type(), of.tags(), key, sample.value(), null);
  }

  private static HistoryPoint point(SeriesSnapshot of, Window window) {
    HistoryKey key = new HistoryKey(window.startMillis(), of.id(), 0);
    return new HistoryPoint(
        of.name(), of.type(), of.tags(), key, window.aggregate().value(), window.aggregate());
  }

  /** The tier to read: that of the interval, or the finest that reaches back far enough. */
  private RetentionTier tier(HistoryQuery query) {
    Interval asked = query.interval();
    if (asked != null) {
      RetentionTier holding = RetentionTier.of(asked);
      return holding == null ? RetentionTier.RAW : holding;
    }
    RetentionTier deepest = RetentionTier.RAW;
    for (RetentionTier tier : RetentionTier.values()) {
      if (history.reachesFrom(tier) <= query.fromMillis()) {
        return tier;
      }
      if (history.reachesFrom(tier) < history.reachesFrom(deepest)) {
        deepest = tier;
      }
    }
    return deepest;
  }
}
