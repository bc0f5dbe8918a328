package io.greenlang.metrics.internal.window;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The series of an interval with samples in the open window or in later ones. Used under the part
 * {@link ChannelLock#samples}.
 *
 * <p>When the window ends, its list is exchanged for the empty one of the window before. Otherwise
 * a list for 100,000 series would grow again in each window, by copies that become garbage at once.
 */
final class TouchedSeries {

  private List<SeriesWindow> open = new ArrayList<>();

  /** The empty list for the next window; null while a window is closing. */
  private @Nullable List<SeriesWindow> spare;

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

  /** Returns the series, of which none is left here. The caller {@linkplain #reuse returns} it. */
  List<SeriesWindow> takeAll() {
    List<SeriesWindow> all = open;
    open = spare == null ? new ArrayList<>() : spare;
    spare = null;
    return all;
  }

  /** Accepts an empty list for a later window. */
  void reuse(List<SeriesWindow> emptied) {
    spare = emptied;
  }

  /** Removes all series, whatever their number, at once. */
  void clear() {
    open = new ArrayList<>();
    spare = null;
  }
}
