package io.greenlang.metrics.feed;

import java.util.concurrent.atomic.LongAdder;

/** What all the channels of a hub did, in sum. Any thread. */
public final class StreamStats {

  final LongAdder publications = new LongAdder();
  final LongAdder metrics = new LongAdder();
  final LongAdder dropped = new LongAdder();
  final LongAdder evaluations = new LongAdder();
  final LongAdder encodings = new LongAdder();

  /** Publications taken in. */
  public long publications() {
    return publications.sum();
  }

  /** Metrics in them. */
  public long metrics() {
    return metrics.sum();
  }

  /** Metrics refused because their channel had too many series. */
  public long dropped() {
    return dropped.sum();
  }

  /** How often a feed took metrics from a publication: once per distinct view, not per client. */
  public long evaluations() {
    return evaluations.sum();
  }

  /** How often metrics of a publication were turned into bytes: once per encoding. */
  public long encodings() {
    return encodings.sum();
  }
}
