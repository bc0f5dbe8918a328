package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.internal.catchup.FeedCursor.MissedRange;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.history.SeriesHistory.Window;
import io.greenlang.metrics.internal.history.SeriesSnapshot;
import io.greenlang.metrics.internal.sequence.WindowSequence;
import io.greenlang.metrics.internal.window.GroupBy;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A catch-up of a slow client's aggregated view: it replaces the windows that a lapped cursor
 * missed. It sends one window per series, which spans all of them and has their exact aggregate. If
 * the history has none of the windows, it sends the latest ones instead. {@link LatestValues} does
 * the same for unaggregated metrics, and {@link CatchUpPlanner} selects one of them. Used by one
 * thread at a time.
 */
final class MergedWindows implements CatchUp {

  private final Supplier<HistoryView> source;
  private final WindowSequence windowSequence;
  private final MissedRange range;
  private final CatchUp latestValues;

  /** The history, which is opened for the first piece, without the channel lock. */
  private @Nullable HistoryView history;

  /** The windows after this window number are retained. */
  private long after;

  private boolean announced;
  private int nextSeries;

  /**
   * Creates a catch-up.
   *
   * @param windowSequence a copy for this catch-up
   * @param range the missed windows, and the number of metrics in them
   * @param latestValues replaces the windows if the history has none of them
   */
  MergedWindows(
      Supplier<HistoryView> source,
      WindowSequence windowSequence,
      MissedRange range,
      CatchUp latestValues) {
    this.source = source;
    this.windowSequence = windowSequence;
    this.range = range;
    this.latestValues = latestValues;
  }

  @Override
  public boolean next(FrameSink sink, int maxFrames) {
    HistoryView view = open();
    if (after >= range.until()) {
      return latestValues.next(sink, maxFrames);
    }
    view.beginPiece();
    if (!announced) {
      announced = true;
      if (range.missed() > 0) { // the notice would be empty
        view.writeLagged(range.missed(), range.isOverBudget());
      }
    }
    writeSeries(view, maxFrames);
    return view.endPiece(sink);
  }

  @Override
  public int skip(Feed feed, FrameBuffer out) {
    return announced ? 0 : latestValues.skip(feed, out);
  }

  private HistoryView open() {
    HistoryView view = history;
    if (view == null) {
      view = source.get();
      history = view;
      after = Math.max(range.after(), windowSequence.lastUnavailable(view.retainedFromMillis()));
    }
    return view;
  }

  private void writeSeries(HistoryView view, int maxFrames) {
    List<SeriesSnapshot> series = view.snapshots();
    GroupBy.Groups groups = view.groups();
    int end = groups == null ? endOfPiece(series.size(), maxFrames) : series.size();
    long from = windowSequence.startMillis(after + 1);
    long to = windowSequence.startMillis(range.until() + 1);
    view.beginBatch(to - from);
    while (nextSeries < end) {
      add(series.get(nextSeries++), view, groups, from, to);
    }
    if (groups != null) {
      groups.drain((group, aggregate) -> view.add(group, aggregate, from));
    }
    view.endBatch(after, nextSeries < series.size() ? after : range.until(), false);
  }

  /** Groups merge all series, so only windows that are not grouped can be split into pieces. */
  private int endOfPiece(int seriesCount, int maxFrames) {
    int capacity = Math.min(HistoryView.ENTRIES_PER_PIECE, Math.max(1, maxFrames - 1));
    return Math.min(seriesCount, nextSeries + capacity);
  }

  private static void add(
      SeriesSnapshot series,
      HistoryView view,
      GroupBy.@Nullable Groups groups,
      long from,
      long to) {
    Aggregate merged = view.reader().merged(series, view.interval(), from, to);
    if (merged == null || merged.count() == 0) {
      if (groups != null && GroupBy.isCounter(series.key())) {
        addStanding(series, view, groups, from);
      }
    } else if (groups == null) {
      view.add(series.key(), merged, from);
    } else {
      groups.add(series.key(), merged);
    }
  }

  /** Adds the last total before the range of a counter that has no samples in it. */
  private static void addStanding(
      SeriesSnapshot series, HistoryView view, GroupBy.Groups groups, long from) {
    long earliest = view.interval().windowStart(from - GroupBy.STANDING_MILLIS);
    List<Window> earlier = view.reader().windows(series, view.interval(), earliest, from);
    if (!earlier.isEmpty()) {
      Window last = earlier.get(earlier.size() - 1);
      if (GroupBy.isStanding(last.startMillis(), from)) {
        groups.addStanding(series.key(), last.aggregate());
      }
    }
  }
}
