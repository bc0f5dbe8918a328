package io.greenlang.metrics.history;

/**
 * The sort key of a history entry: time first, then its position among the entries of the same
 * time. Clients receive history in this order.
 *
 * @param timeMillis the time of the entry, in epoch milliseconds
 * @param major the publication id of a sample, or the series id of a window
 * @param minor the position of a sample within its publication, or 0 for a window
 */
public record HistoryCursor(long timeMillis, long major, long minor)
    implements Comparable<HistoryCursor> {

  @Override
  public int compareTo(HistoryCursor other) {
    int order = Long.compare(timeMillis, other.timeMillis);
    if (order == 0) {
      order = Long.compare(major, other.major);
    }
    return order == 0 ? Long.compare(minor, other.minor) : order;
  }
}
