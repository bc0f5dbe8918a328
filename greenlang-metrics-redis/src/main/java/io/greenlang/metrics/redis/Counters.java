package io.greenlang.metrics.redis;

import java.util.concurrent.atomic.LongAdder;

/** The counters of one broker. Thread-safe. */
final class Counters {
  /** Publications dropped from the publish queue; other instances never receive them. */
  final LongAdder dropped = new LongAdder();

  /** Publications that the bus did not deliver, and that were read from the log. */
  final LongAdder filled = new LongAdder();

  /** Metrics that were missing, and no longer in the log. */
  final LongAdder lost = new LongAdder();

  /** Messages and entries that were invalid. */
  final LongAdder malformed = new LongAdder();

  /** Subscriptions that had to be re-established. */
  final LongAdder reconnects = new LongAdder();

  /** Messages that did not fit into the delivery queue; they are read from the log later. */
  final LongAdder overflowed = new LongAdder();

  /** Windows dropped from the queue for Redis. */
  final LongAdder windowsDropped = new LongAdder();
}
