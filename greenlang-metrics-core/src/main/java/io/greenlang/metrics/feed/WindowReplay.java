package io.greenlang.metrics.feed;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.history.SeriesSnapshot;
import io.greenlang.metrics.history.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Plays closed windows, each with its own number: the very ones that were live. */
final class WindowReplay extends Replay {

  private record Part(SeriesSnapshot series, Window window) {}

  private final WindowNumbers numbers;

  /** A replay of the windows behind number {@code after} up to {@code until}. */
  WindowReplay(Past past, WindowNumbers numbers, long after, long until) {
    super(past, after, until);
    this.numbers = numbers;
  }

  @Override
  void play(Past past, long after, long to) {
    Interval interval = past.interval();
    TreeMap<Long, List<Part>> byStart = new TreeMap<>();
    for (SeriesSnapshot series : past.snapshots()) {
      List<Window> windows =
          past.reader().windows(series, interval, numbers.start(after + 1), numbers.start(to + 1));
      for (Window window : windows) {
        byStart
            .computeIfAbsent(window.startMillis(), start -> new ArrayList<>())
            .add(new Part(series, window));
      }
    }
    byStart.forEach((start, parts) -> play(past, interval.millis(), start, parts));
  }

  private void play(Past past, long windowMillis, long start, List<Part> parts) {
    past.beginBlock(windowMillis);
    Groups groups = past.groups();
    for (Part part : parts) {
      SeriesSnapshot series = part.series();
      if (groups == null) {
        past.add(series, part.window().aggregate(), start);
      } else {
        groups.add(series.name(), series.type(), series.tags(), part.window().aggregate());
      }
    }
    if (groups != null) {
      groups.drain((group, aggregate) -> past.add(group, aggregate, start));
    }
    long number = numbers.number(start);
    past.endBlock(number - 1, number, true);
  }
}
