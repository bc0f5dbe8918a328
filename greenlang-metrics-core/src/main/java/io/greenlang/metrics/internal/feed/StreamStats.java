package io.greenlang.metrics.internal.feed;

import java.util.concurrent.atomic.LongAdder;

/** Counters summed over all channels of a hub. May be read on any thread. */
public final class StreamStats {

  private final LongAdder publications = new LongAdder();
  private final LongAdder metrics = new LongAdder();
  final LongAdder dropped = new LongAdder();
  final LongAdder feedUpdates = new LongAdder();
  final LongAdder encodings = new LongAdder();
  final LongAdder lappedCursors = new LongAdder();

  /** Counts a publication and its metrics. */
  public void recordPublication(int metricCount) {
    publications.increment();
    metrics.add(metricCount);
  }

  /** Returns the number of publications received. */
  public long publications() {
    return publications.sum();
  }

  /** Returns the number of metrics in those publications. */
  public long metrics() {
    return metrics.sum();
  }

  /** Returns the number of metrics dropped because their channel had reached its series limit. */
  public long dropped() {
    return dropped.sum();
  }

  /**
   * Returns the number of times a publication contributed metrics to a feed: once per distinct
   * view, not per client.
   */
  public long feedUpdates() {
    return feedUpdates.sum();
  }

  /** Returns the number of times a cursor was lapped and received latest values instead. */
  public long lappedCursors() {
    return lappedCursors.sum();
  }

  /** Returns the number of times a publication's metrics were encoded: once per encoding. */
  public long encodings() {
    return encodings.sum();
  }
}
