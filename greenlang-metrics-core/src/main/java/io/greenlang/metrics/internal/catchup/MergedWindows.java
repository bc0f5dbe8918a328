package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.internal.history.SeriesSnapshot;
import io.greenlang.metrics.internal.sequence.WindowSequence;
import io.greenlang.metrics.internal.window.TagGroups;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A catch-up that replaces the windows a cursor missed. It sends one window per series, which spans
 * all of them and has their exact aggregate. Used by one thread at a time.
 */
public final class MergedWindows implements CatchUp {

  private final HistoryView history;
  private final WindowSequence windowNumbers;
  private final long after;
  private final long until;
  private final long missed;
  private boolean announced;
  private int next;

  /**
   * Creates a catch-up for the windows after {@code after}, up to and including {@code until}.
   *
   * @param missed the number of metrics that it replaces
   */
  public MergedWindows(
      HistoryView history, WindowSequence windowNumbers, long after, long until, long missed) {
    this.history = history;
    this.windowNumbers = windowNumbers;
    this.after = after;
    this.until = until;
    this.missed = missed;
  }

  @Override
  public boolean step(FrameSink sink, int maxFrames) {
    history.beginPiece();
    if (!announced) {
      announced = true;
      history.writeLagged(missed);
    }
    List<SeriesSnapshot> series = history.snapshots();
    TagGroups groups = history.groups();
    // Groups merge all series, so grouped windows cannot be split into pieces.
    int end =
        groups == null
            ? Math.min(
                series.size(),
                next + Math.min(HistoryView.ENTRIES_PER_PIECE, Math.max(1, maxFrames - 1)))
            : series.size();
    long from = windowNumbers.startMillis(after + 1);
    long to = windowNumbers.startMillis(until + 1);
    history.beginBatch(to - from);
    while (next < end) {
      add(series.get(next++), groups, from, to);
    }
    if (groups != null) {
      groups.drain((group, aggregate) -> history.add(group, aggregate, from));
    }
    history.endBatch(after, next < series.size() ? after : until, false);
    return history.endPiece(sink);
  }

  private void add(SeriesSnapshot series, @Nullable TagGroups groups, long from, long to) {
    Aggregate merged = history.reader().merged(series, history.interval(), from, to);
    if (merged == null || merged.count() == 0) {
      return;
    }
    if (groups == null) {
      history.add(series, merged, from);
    } else {
      groups.add(series.name(), series.type(), series.tags(), merged);
    }
  }
}
