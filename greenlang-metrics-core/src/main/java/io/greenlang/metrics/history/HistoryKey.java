package io.greenlang.metrics.history;

import java.util.Comparator;

/**
 * Where an entry stands among those of its time: the order in which history is told.
 *
 * @param timeMillis its time, in milliseconds since 1970
 * @param major of a reading its publication, of a window its series
 * @param minor of a reading its place in its publication, of a window 0
 */
public record HistoryKey(long timeMillis, long major, long minor)
    implements Comparable<HistoryKey> {

  private static final Comparator<HistoryKey> ORDER =
      Comparator.comparingLong(HistoryKey::timeMillis)
          .thenComparingLong(HistoryKey::major)
          .thenComparingLong(HistoryKey::minor);

  @Override
  public int compareTo(HistoryKey other) {
    return ORDER.compare(this, other);
  }
}
