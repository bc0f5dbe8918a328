package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.internal.util.LogThrottle;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The count of an aggregator's failures, of which it logs one per minute. Publishers wait while an
 * aggregator runs, and a log may wait for its target, so another thread {@linkplain #flush writes}
 * the message. Any thread.
 */
final class FailureLog {

  /** A failure to log. */
  private record Failure(String problem, @Nullable Throwable cause) {}

  private static final Logger log = LoggerFactory.getLogger(FailureLog.class);

  private final String subject;
  private final MetricsClock clock;
  private final LongAdder failures = new LongAdder();
  private final LogThrottle throttle = new LogThrottle();
  private final AtomicReference<@Nullable Failure> unlogged = new AtomicReference<>();

  FailureLog(String subject, MetricsClock clock) {
    this.subject = subject;
    this.clock = clock;
  }

  void record(String problem, @Nullable Throwable cause) {
    failures.increment();
    if (throttle.tryAcquire(clock.monotonicNanos())) {
      unlogged.set(new Failure(problem, cause));
    }
  }

  /** Logs the failure that was recorded for it, if there is one. */
  void flush() {
    Failure failure = unlogged.getAndSet(null);
    if (failure != null) {
      log.warn(
          "{}: {} ({} failures so far)",
          subject,
          failure.problem(),
          failures.sum(),
          failure.cause());
    }
  }

  long count() {
    return failures.sum();
  }
}
