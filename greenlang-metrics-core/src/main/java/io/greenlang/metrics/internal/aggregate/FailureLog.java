package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.internal.util.LogThrottle;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the failures of an aggregator and logs them at most once per minute. Any thread. */
final class FailureLog {

  private static final Logger log = LoggerFactory.getLogger(FailureLog.class);

  private final String subject;
  private final MetricsClock clock;
  private final LongAdder failures = new LongAdder();
  private final LogThrottle throttle = new LogThrottle();

  FailureLog(String subject, MetricsClock clock) {
    this.subject = subject;
    this.clock = clock;
  }

  void record(String problem, @Nullable Throwable cause) {
    failures.increment();
    if (throttle.tryAcquire(clock.monotonicNanos())) {
      log.warn("{}: {} ({} failures so far)", subject, problem, failures.sum(), cause);
    }
  }

  long count() {
    return failures.sum();
  }
}
