package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.internal.history.SeriesHistory.Window;
import io.greenlang.metrics.internal.sequence.StreamClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A folder of a series' samples into windows, as they were folded live: window after window, and
 * within a window in the order of arrival. It retains the positions of the samples of windows that
 * were open at the same time, which are two at most. Used by one thread.
 *
 * <p>It collects the windows whose first sample is in a range of positions. The windows of samples
 * before the range are folded too, because later windows depend on them.
 */
final class WindowFolder {

  private static final class OpenWindow {
    final long startMillis;
    final boolean collected;
    long[] positions = new long[2];
    int count;

    OpenWindow(long startMillis, boolean collected) {
      this.startMillis = startMillis;
      this.collected = collected;
    }

    void add(long position) {
      if (count == positions.length) {
        positions = Arrays.copyOf(positions, 2 * count);
      }
      positions[count++] = position;
    }
  }

  private final SampleRun run;
  private final Aggregator aggregator;
  private final Interval interval;
  private final long fromPosition;
  private final long toPosition;

  /** Whether the next folded sample follows one that is unknown. */
  private boolean incomplete;

  /** The open windows, in the order of their times. */
  private final List<OpenWindow> open = new ArrayList<>(2);

  private final List<Window> closed = new ArrayList<>(2); // new windows of 100,000 series need two
  private @Nullable Aggregate previous;
  private long latestMillis = Long.MIN_VALUE;

  /** The start of the latest collected window. */
  private long closedMillis = Long.MIN_VALUE;

  /** Whether an aggregate has failed. */
  private boolean failed;

  /**
   * Creates a folder.
   *
   * @param incomplete whether the first sample is not the first one of the series, and matters
   * @param fromPosition the first position of a window that is collected
   * @param toPosition the position after the last one of a window that is collected
   */
  WindowFolder(
      SampleRun run,
      Aggregator aggregator,
      Interval interval,
      boolean incomplete,
      long fromPosition,
      long toPosition) {
    this.run = run;
    this.aggregator = aggregator;
    this.interval = interval;
    this.incomplete = incomplete;
    this.fromPosition = fromPosition;
    this.toPosition = toPosition;
  }

  /** Adds the next sample in the order of arrival. */
  void add(int chunk, int index) {
    long millis = run.decoded(chunk).windowTimeMillis(index);
    if (millis < latestMillis - StreamClock.GRACE_MILLIS) {
      closeAll(); // the clock was set back
      latestMillis = millis;
    }
    latestMillis = Math.max(latestMillis, millis);
    while (!open.isEmpty() && isClosedAt(open.get(0).startMillis, millis)) {
      closeFirst();
    }
    addToOpen(interval.windowStart(millis), run.position(chunk, index));
  }

  private void addToOpen(long startMillis, long position) {
    int i = open.size();
    while (i > 0 && open.get(i - 1).startMillis > startMillis) {
      i--;
    }
    if (i == 0 || open.get(i - 1).startMillis < startMillis) {
      boolean collected = position >= fromPosition && position < toPosition;
      open.add(i++, new OpenWindow(startMillis, collected));
    }
    open.get(i - 1).add(position);
  }

  /** Returns whether a window that is collected and starts before a time is open. */
  boolean isOpenBefore(long toMillis) {
    for (OpenWindow each : open) {
      if (each.collected && each.startMillis < toMillis) {
        return true;
      }
    }
    return false;
  }

  /** Releases the decoded chunks before the next one of which no window is open. */
  void releaseBefore(int chunk) {
    int needed = chunk;
    for (OpenWindow each : open) {
      needed = Math.min(needed, run.chunkOf(each.positions[0]));
    }
    run.releaseBefore(needed);
  }

  /** Returns the number of samples of open windows. */
  int openSamples() {
    int samples = 0;
    for (OpenWindow each : open) {
      samples += each.count;
    }
    return samples;
  }

  /** Returns the collected windows in the order in which they were closed. No sample may follow. */
  List<Window> finish() {
    closeAll();
    return closed;
  }

  /**
   * Returns the state before the next sample; null if an aggregate has failed, so that a later fold
   * may have another result.
   */
  @Nullable FoldCheckpoint checkpoint(FoldCheckpoint.Origin origin, long nextPosition) {
    Aggregate last = previous;
    byte[] packed = last == null ? null : last.pack();
    if (failed || (packed != null && packed.length == 0)) {
      return null;
    }
    long[] positions = new long[openSamples()];
    int count = 0;
    for (OpenWindow each : open) {
      System.arraycopy(each.positions, 0, positions, count, each.count);
      count += each.count;
    }
    return new FoldCheckpoint(
        origin, nextPosition, packed, positions, latestMillis, closedMillis, incomplete);
  }

  /**
   * Continues from a state, before the first sample.
   *
   * @return false if the state cannot be read; nothing is changed then
   */
  boolean resume(FoldCheckpoint state) {
    Aggregate last = state.previous == null ? null : aggregator.unpack(state.previous);
    if (last != null && last.count() == 0) {
      return false;
    }
    previous = last;
    latestMillis = state.latestMillis;
    closedMillis = state.closedMillis;
    incomplete = state.incomplete;
    for (long position : state.open) {
      long millis =
          run.decoded(run.chunkOf(position)).windowTimeMillis(SampleRun.indexOf(position));
      addToOpen(interval.windowStart(millis), position);
    }
    return true;
  }

  private boolean isClosedAt(long start, long millis) {
    return start + interval.millis() + StreamClock.GRACE_MILLIS <= millis;
  }

  private void closeAll() {
    while (!open.isEmpty()) {
      closeFirst();
    }
  }

  private void closeFirst() {
    OpenWindow first = open.remove(0);
    Aggregate aggregate = aggregator.create();
    if (previous != null) {
      aggregate.startAfter(previous);
    }
    for (int i = 0; i < first.count; i++) {
      fold(first.positions[i], aggregate);
    }
    previous = aggregate;
    failed |= aggregate.count() == 0;
    if (first.collected) {
      closedMillis = Math.max(closedMillis, first.startMillis);
      closed.add(new Window(first.startMillis, aggregate));
    }
  }

  private void fold(long position, Aggregate aggregate) {
    DecodedSamples samples = run.decoded(run.chunkOf(position));
    if (incomplete) {
      incomplete = false;
      samples.addValueTo(aggregate, SampleRun.indexOf(position));
    } else {
      samples.addTo(aggregate, SampleRun.indexOf(position));
    }
  }

  /**
   * Returns windows in the order of their times. When a clock was set back, times occurred twice;
   * the windows of one time become one.
   *
   * @param closed the windows in the order in which they were closed
   */
  static List<Window> merge(List<Window> closed) {
    boolean sorted = true;
    for (int i = 1; i < closed.size() && sorted; i++) {
      sorted = closed.get(i - 1).startMillis() < closed.get(i).startMillis();
    }
    if (sorted) {
      return closed;
    }
    TreeMap<Long, Aggregate> byStart = new TreeMap<>();
    for (Window each : closed) {
      Aggregate sameTime = byStart.putIfAbsent(each.startMillis(), each.aggregate());
      if (sameTime != null) {
        sameTime.appendLater(each.aggregate());
      }
    }
    List<Window> merged = new ArrayList<>(byStart.size());
    byStart.forEach((start, aggregate) -> merged.add(new Window(start, aggregate)));
    return merged;
  }
}
