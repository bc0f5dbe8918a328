package io.greenlang.metrics.feed;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.history.SeriesSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands for the windows that a client was too late for: for each series one window as wide as
 * all of them, with what they truly come to. One thread at a time.
 */
final class WidenedWindows implements Prelude {

  private final Past past;
  private final WindowNumbers numbers;
  private final long after;
  private final long until;
  private final long missed;
  private boolean told;
  private int next;

  /**
   * What windows behind number {@code after} up to {@code until} come to.
   *
   * @param missed how many metrics this stands for
   */
  WidenedWindows(Past past, WindowNumbers numbers, long after, long until, long missed) {
    this.past = past;
    this.numbers = numbers;
    this.after = after;
    this.until = until;
    this.missed = missed;
  }

  @Override
  public boolean step(FrameSink sink, int maxFrames) {
    past.begin();
    if (!told) {
      told = true;
      past.lagged(missed);
    }
    List<SeriesSnapshot> series = past.snapshots();
    Groups groups = past.groups();
    // What is merged over tags cannot be cut into pieces by series.
    int end =
        groups == null
            ? Math.min(series.size(), next + Math.min(Past.ROOM, Math.max(1, maxFrames - 1)))
            : series.size();
    long from = numbers.start(after + 1);
    long to = numbers.start(until + 1);
    past.beginBlock(to - from);
    while (next < end) {
      add(series.get(next++), groups, from, to);
    }
    if (groups != null) {
      groups.drain((group, aggregate) -> past.add(group, aggregate, from));
    }
    past.endBlock(after, next < series.size() ? after : until, false);
    return past.end(sink);
  }

  private void add(SeriesSnapshot series, @Nullable Groups groups, long from, long to) {
    Aggregate merged = past.reader().merged(series, past.interval(), from, to);
    if (merged == null || merged.count() == 0) {
      return;
    }
    if (groups == null) {
      past.add(series, merged, from);
    } else {
      groups.add(series.name(), series.type(), series.tags(), merged);
    }
  }
}
