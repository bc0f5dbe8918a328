package io.greenlang.metrics.feed;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.history.SeriesSnapshot;
import io.greenlang.metrics.history.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A replay of closed windows, each with its own number and identical to the live one. */
final class WindowReplay extends Replay {

  private record Part(SeriesSnapshot series, Window window) {}

  private final WindowNumbers windowNumbers;

  /**
   * Creates a replay of the windows after number {@code after}, up to and including {@code until}.
   */
  WindowReplay(Past history, WindowNumbers windowNumbers, long after, long until) {
    super(history, after, until);
    this.windowNumbers = windowNumbers;
  }

  @Override
  void play(Past history, long after, long to) {
    Interval interval = history.interval();
    TreeMap<Long, List<Part>> byStart = new TreeMap<>();
    for (SeriesSnapshot series : history.snapshots()) {
      List<Window> windows =
          history
              .reader()
              .windows(
                  series, interval, windowNumbers.start(after + 1), windowNumbers.start(to + 1));
      for (Window window : windows) {
        byStart
            .computeIfAbsent(window.startMillis(), start -> new ArrayList<>())
            .add(new Part(series, window));
      }
    }
    byStart.forEach((start, parts) -> play(history, interval.millis(), start, parts));
  }

  private void play(Past history, long windowMillis, long start, List<Part> parts) {
    history.beginBlock(windowMillis);
    Groups groups = history.groups();
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
    long windowNumber = windowNumbers.number(start);
    history.endBlock(windowNumber - 1, windowNumber, true);
  }
}
