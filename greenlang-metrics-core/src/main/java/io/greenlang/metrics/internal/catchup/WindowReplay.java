package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.internal.history.SeriesHistory.Window;
import io.greenlang.metrics.internal.history.SeriesSnapshot;
import io.greenlang.metrics.internal.sequence.WindowSequence;
import io.greenlang.metrics.internal.window.GroupBy;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A replay of closed windows, each with its own number and identical to the live one. */
final class WindowReplay extends Replay {

  private record Part(SeriesSnapshot series, Window window) {}

  private final WindowSequence windowSequence;

  /**
   * Creates a replay of the windows after number {@code after}, up to and including {@code until}.
   */
  WindowReplay(HistoryView history, WindowSequence windowSequence, long after, long until) {
    super(history, after, until);
    this.windowSequence = windowSequence;
  }

  @Override
  void replay(HistoryView history, long after, long to) {
    long from = windowSequence.startMillis(after + 1);
    long until = windowSequence.startMillis(to + 1);
    Interval interval = history.interval();
    TreeMap<Long, List<Part>> byStart = new TreeMap<>();
    for (SeriesSnapshot series : history.snapshots()) {
      for (Window window : history.reader().windows(series, interval, from, until)) {
        byStart
            .computeIfAbsent(window.startMillis(), start -> new ArrayList<>())
            .add(new Part(series, window));
      }
    }
    byStart.forEach((start, parts) -> replay(history, interval.millis(), start, parts));
  }

  private void replay(HistoryView history, long windowMillis, long start, List<Part> parts) {
    history.beginBatch(windowMillis);
    GroupBy.Groups groups = history.groups();
    for (Part part : parts) {
      if (groups == null) {
        history.add(part.series().key(), part.window().aggregate(), start);
      } else {
        groups.add(part.series().key(), part.window().aggregate());
      }
    }
    if (groups != null) {
      groups.drain((group, aggregate) -> history.add(group, aggregate, start));
    }
    long windowNumber = windowSequence.numberStartingAt(start);
    history.endBatch(windowNumber - 1, windowNumber, true);
  }
}
