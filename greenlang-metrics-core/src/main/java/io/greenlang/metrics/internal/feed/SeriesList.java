package io.greenlang.metrics.internal.feed;

import java.util.ArrayList;
import java.util.List;

/**
 * A list of series, ordered by id. It consists of chunks of at most {@value #CHUNK} series, so that
 * adding and removing one moves few others: publishers wait for the removal of an idle series from
 * a list of 100,000. Used under the channel lock.
 */
final class SeriesList {

  /** The maximum number of series in a chunk. */
  static final int CHUNK = 256;

  /** The chunks before the last one. None of them is empty. */
  private List<List<Series>> earlier = List.of();

  /**
   * The chunk to which series are added. An immutable list while it has one series at most: a tag
   * of which each value has one series has as many lists as there are series.
   */
  private List<Series> last = List.of();

  private int size;

  /** Adds a series, whose id exceeds all others. */
  void add(Series series) {
    if (last.size() == CHUNK) {
      if (earlier.isEmpty()) {
        earlier = new ArrayList<>();
      }
      earlier.add(last);
      last = List.of();
    }
    if (last instanceof ArrayList) {
      last.add(series);
    } else {
      last = last.isEmpty() ? List.of(series) : listOf(last.get(0), series);
    }
    size++;
  }

  private static List<Series> listOf(Series first, Series second) {
    List<Series> list = new ArrayList<>(4);
    list.add(first);
    list.add(second);
    return list;
  }

  /** Removes a series, which must be in the list. */
  void remove(Series series) {
    int chunk = chunkOf(series.id());
    List<Series> from = chunk(chunk);
    size--;
    if (!(from instanceof ArrayList)) {
      last = List.of(); // its only series
      return;
    }
    from.remove(ceilingIndex(from, series.id()));
    if (chunk < earlier.size()) {
      if (from.isEmpty()) {
        earlier.remove(chunk);
      } else if (chunk > 0 && from.size() + chunk(chunk - 1).size() <= CHUNK / 2) {
        chunk(chunk - 1).addAll(from);
        earlier.remove(chunk);
      }
    }
  }

  /** Returns the number of series. */
  int size() {
    return size;
  }

  /** Returns the series whose id is at least {@code fromId}, limited in number. */
  List<Series> slice(long fromId, int maxCount) {
    List<Series> slice = new ArrayList<>(Math.min(size, maxCount));
    copy(fromId, maxCount, slice);
    return slice;
  }

  /** Appends that slice to a list, and returns the number of its series. */
  int copy(long fromId, int maxCount, List<Series> target) {
    int count = 0;
    int chunk = chunkOf(fromId);
    int index = ceilingIndex(chunk(chunk), fromId);
    while (count < maxCount && chunk <= earlier.size()) {
      List<Series> from = chunk(chunk++);
      while (count < maxCount && index < from.size()) {
        target.add(from.get(index++));
        count++;
      }
      index = 0;
    }
    return count;
  }

  private List<Series> chunk(int index) {
    return index == earlier.size() ? last : earlier.get(index);
  }

  /** Returns the index of the first chunk whose last id is at least {@code id}. */
  private int chunkOf(long id) {
    int low = 0;
    int high = earlier.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      List<Series> chunk = earlier.get(middle);
      if (chunk.get(chunk.size() - 1).id() < id) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static int ceilingIndex(List<Series> chunk, long id) {
    int low = 0;
    int high = chunk.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (chunk.get(middle).id() < id) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
