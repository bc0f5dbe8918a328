package io.greenlang.metrics.aggregate;

import io.greenlang.metrics.MetricsClock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what goes wrong with an aggregator and logs it at most once a minute. Any thread. */
final class AggregatorFaults {

  private static final Logger log = LoggerFactory.getLogger(AggregatorFaults.class);
  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final String who;
  private final MetricsClock clock;
  private final LongAdder count = new LongAdder();

  /** When the log may be written to again. */
  private final AtomicLong quietUntil;

  AggregatorFaults(String who, MetricsClock clock) {
    this.who = who;
    this.clock = clock;
    this.quietUntil = new AtomicLong(clock.nanoTime());
  }

  void count(String what, @Nullable Throwable cause) {
    count.increment();
    long now = clock.nanoTime();
    long until = quietUntil.get();
    if (now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET_NANOS)) {
      log.warn("{}: {}; {} such faults so far", who, what, count.sum(), cause);
    }
  }

  long count() {
    return count.sum();
  }
}
