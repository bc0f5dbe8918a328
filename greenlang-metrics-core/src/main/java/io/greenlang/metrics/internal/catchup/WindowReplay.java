package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.internal.history.SeriesSnapshot;
import io.greenlang.metrics.internal.history.Window;
import io.greenlang.metrics.internal.sequence.WindowSequence;
import io.greenlang.metrics.internal.window.TagGroups;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A replay of closed windows, each with its own number and identical to the live one. */
final class WindowReplay extends Replay {

  private record Part(SeriesSnapshot series, Window window) {}

  private final WindowSequence windowNumbers;

  /**
   * Creates a replay of the windows after number {@code after}, up to and including {@code until}.
   */
  WindowReplay(HistoryView history, WindowSequence windowNumbers, long after, long until) {
    super(history, after, until);
    this.windowNumbers = windowNumbers;
  }

  @Override
  void replay(HistoryView history, long after, long to) {
    Interval interval = history.interval();
    TreeMap<Long, List<Part>> byStart = new TreeMap<>();
    for (SeriesSnapshot series : history.snapshots()) {
      List<Window> windows =
          history
              .reader()
              .windows(
                  series,
                  interval,
                  windowNumbers.startMillis(after + 1),
                  windowNumbers.startMillis(to + 1));
      for (Window window : windows) {
        byStart
            .computeIfAbsent(window.startMillis(), start -> new ArrayList<>())
            .add(new Part(series, window));
      }
    }
    byStart.forEach((start, parts) -> replay(history, interval.millis(), start, parts));
  }

  private void replay(HistoryView history, long windowMillis, long start, List<Part> parts) {
    history.beginBatch(windowMillis);
    TagGroups groups = history.groups();
    for (Part part : parts) {
      SeriesSnapshot series = part.series();
      if (groups == null) {
        history.add(series, part.window().aggregate(), start);
      } else {
        groups.add(series.name(), series.type(), series.tags(), part.window().aggregate());
      }
    }
    if (groups != null) {
      groups.drain((group, aggregate) -> history.add(group, aggregate, start));
    }
    long windowNumber = windowNumbers.numberStartingAt(start);
    history.endBatch(windowNumber - 1, windowNumber, true);
  }
}
