package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.MetricsClock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the failures of an aggregator and logs them at most once per minute. Any thread. */
final class FailureLog {

  private static final Logger log = LoggerFactory.getLogger(FailureLog.class);
  private static final long LOG_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final String subject;
  private final MetricsClock clock;
  private final LongAdder record = new LongAdder();

  /** The monotonic time from which the next failure may be logged. */
  private final AtomicLong nextLogNanos;

  FailureLog(String subject, MetricsClock clock) {
    this.subject = subject;
    this.clock = clock;
    this.nextLogNanos = new AtomicLong(clock.monotonicNanos());
  }

  void record(String problem, @Nullable Throwable cause) {
    record.increment();
    long now = clock.monotonicNanos();
    long nextLog = nextLogNanos.get();
    if (now - nextLog >= 0 && nextLogNanos.compareAndSet(nextLog, now + LOG_INTERVAL_NANOS)) {
      log.warn("{}: {} ({} failures so far)", subject, problem, record.sum(), cause);
    }
  }

  long record() {
    return record.sum();
  }
}
