package io.greenlang.metrics.redis;

import java.util.concurrent.atomic.LongAdder;

/** What has happened so far. Any thread. */
final class Counters {
  /** Publications that had no room in the queue for Redis, so others never get them. */
  final LongAdder dropped = new LongAdder();

  /** Publications that did not come by the bus and were found in the log. */
  final LongAdder filled = new LongAdder();

  /** Metrics that were no longer in the log when they were found missing. */
  final LongAdder lost = new LongAdder();

  /** Messages and entries that were not what they should be. */
  final LongAdder malformed = new LongAdder();

  /** Subscriptions that had to be made anew. */
  final LongAdder reconnects = new LongAdder();

  /** Messages that had no room on their way to delivery; they are found in the log later. */
  final LongAdder overflowed = new LongAdder();

  /** Windows that had no room in the queue for Redis. */
  final LongAdder windowsDropped = new LongAdder();
}
