package io.greenlang.metrics.redis.internal.support;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one broker. Thread-safe. */
public final class BrokerCounters {

  /** A counter, with the name of its health figure. */
  public enum Counter {
    /** Publications dropped from the publish queue; other instances never receive them. */
    DROPPED("dropped"),
    /** Publications that the bus did not deliver, and that were read from the log. */
    FILLED("gaps.filled"),
    /** Metrics that were missing, and no longer in the log. */
    LOST("gaps.lost"),
    /** Messages and entries that were invalid. */
    MALFORMED("malformed"),
    /** Subscriptions that had to be re-established. */
    RECONNECTS("reconnects"),
    /** Messages that did not fit into the delivery queue; they are read from the log later. */
    OVERFLOWED("overflowed"),
    /** Windows dropped from the queue for Redis. */
    WINDOWS_DROPPED("windows.dropped");

    private final String healthName;

    Counter(String healthName) {
      this.healthName = healthName;
    }
  }

  private final Map<Counter, LongAdder> adders = new EnumMap<>(Counter.class);

  /** Creates counters that are all 0. */
  public BrokerCounters() {
    for (Counter counter : Counter.values()) {
      adders.put(counter, new LongAdder());
    }
  }

  /** Adds one to a counter. */
  public void increment(Counter counter) {
    add(counter, 1);
  }

  /** Adds to a counter. */
  public void add(Counter counter, long count) {
    LongAdder adder = adders.get(counter);
    if (adder != null) { // all have one
      adder.add(count);
    }
  }

  /** Adds all counters to the health figures. */
  public void addHealth(Map<String, Double> figures) {
    adders.forEach((counter, adder) -> figures.put(counter.healthName, adder.doubleValue()));
  }
}
