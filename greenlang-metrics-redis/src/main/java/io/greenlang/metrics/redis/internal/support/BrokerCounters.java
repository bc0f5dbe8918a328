package io.greenlang.metrics.redis.internal.support;

import java.util.concurrent.atomic.LongAdder;

/** The counters of one broker. Thread-safe. */
public final class BrokerCounters {
  /** Publications dropped from the publish queue; other instances never receive them. */
  public final LongAdder dropped = new LongAdder();

  /** Publications that the bus did not deliver, and that were read from the log. */
  public final LongAdder filled = new LongAdder();

  /** Metrics that were missing, and no longer in the log. */
  public final LongAdder lost = new LongAdder();

  /** Messages and entries that were invalid. */
  public final LongAdder malformed = new LongAdder();

  /** Subscriptions that had to be re-established. */
  public final LongAdder reconnects = new LongAdder();

  /** Messages that did not fit into the delivery queue; they are read from the log later. */
  public final LongAdder overflowed = new LongAdder();

  /** Windows dropped from the queue for Redis. */
  public final LongAdder windowsDropped = new LongAdder();
}
