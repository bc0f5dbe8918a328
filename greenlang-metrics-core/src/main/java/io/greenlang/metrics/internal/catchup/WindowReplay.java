package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.internal.history.SeriesHistory.Window;
import io.greenlang.metrics.internal.history.SeriesSnapshot;
import io.greenlang.metrics.internal.sequence.WindowSequence;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.internal.window.GroupBy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A replay of closed windows, each with its own number and identical to the live one. */
final class WindowReplay extends Replay {

  /**
   * The number of aggregates that are read at once. Reading visits each series, and folds some
   * samples before the range, so it pays to read several windows. One window is read at once even
   * if it has more series. The aggregates, about 250 bytes each, stay while the client is slow.
   */
  private static final int READ_AHEAD = 4096;

  private record Part(SeriesKey series, Window window) {}

  private final WindowSequence windowSequence;

  /** The last replayed window of each counter, or the last one before the replay; for groups. */
  private final Map<SeriesKey, Window> lastWindows = new LinkedHashMap<>();

  /** The windows that were read but not yet replayed. */
  private final TreeMap<Long, List<Part>> ahead = new TreeMap<>();

  /** The number of windows read at once; it adapts to their number of series. */
  private long readSpan = 1;

  /** The number of the last window that was read. */
  private long readUntil;

  /** Whether the totals that stand at the beginning, or after a gap, have been read. */
  private boolean begun;

  /**
   * Creates a replay of the windows after number {@code after}, up to and including {@code until}.
   */
  WindowReplay(HistoryView history, WindowSequence windowSequence, long after, long until) {
    super(history, after, until, after);
    this.windowSequence = windowSequence;
    this.readUntil = after;
  }

  @Override
  void replay(HistoryView history, long after, long to) {
    while (readUntil < to) {
      read(history);
    }
    long end = windowSequence.startMillis(to + 1);
    while (!ahead.isEmpty() && ahead.firstKey() < end) {
      Map.Entry<Long, List<Part>> first = ahead.pollFirstEntry();
      replay(history, first.getKey(), first.getValue());
    }
  }

  @Override
  long retainedAfter(HistoryView view) {
    return windowSequence.lastUnavailable(view.retainedFromMillis());
  }

  @Override
  long lastRead(long replayedUntil) {
    return readUntil;
  }

  @Override
  void onGap(long lastMissing) {
    readUntil = lastMissing;
    begun = false;
  }

  /** Reads the next windows. */
  private void read(HistoryView history) {
    long last = Math.min(until(), readUntil + readSpan);
    long from = windowSequence.startMillis(readUntil + 1);
    long end = windowSequence.startMillis(last + 1);
    // Totals that stand at the beginning are of windows before it.
    long standingFrom =
        begun || history.groups() == null
            ? from
            : history.interval().windowStart(from - GroupBy.STANDING_MILLIS);
    begun = true;
    int count = 0;
    for (SeriesSnapshot series : history.snapshots()) {
      long earliest = GroupBy.isCounter(series.key()) ? standingFrom : from;
      for (Window window : history.reader().windows(series, history.interval(), earliest, end)) {
        count++;
        if (window.startMillis() < from) {
          lastWindows.put(series.key(), window);
        } else {
          ahead
              .computeIfAbsent(window.startMillis(), start -> new ArrayList<>())
              .add(new Part(series.key(), window));
        }
      }
    }
    readUntil = last;
    adaptReadSpan(count);
  }

  private void adaptReadSpan(int read) {
    if (read < READ_AHEAD / 2) {
      readSpan = Math.min(2 * readSpan, MAX_SPAN);
    } else if (read > READ_AHEAD && readSpan > 1) {
      readSpan /= 2;
    }
  }

  private void replay(HistoryView history, long start, List<Part> parts) {
    history.beginBatch(history.interval().millis());
    GroupBy.Groups groups = history.groups();
    if (groups == null) {
      parts.forEach(part -> history.add(part.series(), part.window().aggregate(), start));
    } else {
      parts.forEach(part -> add(part, groups));
      addStanding(groups, start);
      groups.drain((group, aggregate) -> history.add(group, aggregate, start));
    }
    long windowNumber = windowSequence.numberStartingAt(start);
    history.endBatch(windowNumber - 1, windowNumber, true);
  }

  private void add(Part part, GroupBy.Groups groups) {
    groups.add(part.series(), part.window().aggregate());
    if (GroupBy.isCounter(part.series())) {
      lastWindows.put(part.series(), part.window());
    }
  }

  /** Adds the last totals of counters that have no samples in a window. */
  private void addStanding(GroupBy.Groups groups, long start) {
    lastWindows.values().removeIf(window -> !GroupBy.isStanding(window.startMillis(), start));
    lastWindows.forEach(
        (series, window) -> {
          if (window.startMillis() != start) {
            groups.addStanding(series, window.aggregate());
          }
        });
  }
}
