package io.greenlang.metrics.internal.window;

import java.util.ArrayList;
import java.util.List;

/**
 * The series of an interval with samples in the open window or in later ones. Used under the part
 * {@link ChannelLock#samples}.
 *
 * <p>When the window ends, its list is exchanged for the empty one of the window before. Otherwise
 * a list for 100,000 series would grow again in each window, by copies that become garbage at once.
 */
final class TouchedSeries {

  private static final int INITIAL_CAPACITY = 16;

  private ArrayList<SeriesWindow> open = new ArrayList<>(INITIAL_CAPACITY);

  /** The list of the closing window; empty if none is closing. */
  private ArrayList<SeriesWindow> taken = new ArrayList<>(INITIAL_CAPACITY);

  /** Reserves the memory for the next {@link #add}, which then cannot fail. */
  void reserve() {
    open.ensureCapacity(open.size() + 1);
  }

  /** Adds a series. */
  void add(SeriesWindow series) {
    series.listIndex = open.size();
    open.add(series);
  }

  /** Removes a series; the order of the others does not matter. */
  void remove(SeriesWindow series) {
    SeriesWindow last = open.remove(open.size() - 1);
    if (last != series) {
      open.set(series.listIndex, last);
      last.listIndex = series.listIndex;
    }
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /**
   * Returns the series, of which none is left here. The caller clears the list before the next
   * call.
   */
  List<SeriesWindow> takeAll() {
    ArrayList<SeriesWindow> all = open;
    open = taken;
    taken = all;
    return all;
  }

  /** Removes all series, whatever their number, at once. */
  void clear() {
    open = new ArrayList<>(INITIAL_CAPACITY);
    taken = new ArrayList<>(INITIAL_CAPACITY);
  }
}
