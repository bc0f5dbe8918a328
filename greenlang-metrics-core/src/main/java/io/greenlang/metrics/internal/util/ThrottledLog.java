package io.greenlang.metrics.internal.util;

import io.greenlang.metrics.MetricsClock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A log for failures that clients or the application can cause at any rate. It writes each message
 * at most once per minute; repetitions in between are logged at debug level. Thread-safe.
 */
public final class ThrottledLog {

  private final Logger log;
  private final MetricsClock clock;

  /** The throttles by format; formats are constants, so there are few. */
  private final Map<String, LogThrottle> throttles = new ConcurrentHashMap<>();

  /** Creates a log that measures the minute by the system's clock. */
  public ThrottledLog(Logger log) {
    this(log, MetricsClock.system());
  }

  /** Creates a log that measures the minute by the given clock. */
  public ThrottledLog(Logger log, MetricsClock clock) {
    this.log = log;
    this.clock = clock;
  }

  /**
   * Logs an error.
   *
   * @param format a constant
   * @param arguments the arguments of the format; optionally the exception, last
   */
  public void error(String format, @Nullable Object... arguments) {
    if (tryAcquire(format)) {
      log.error(format, arguments);
    } else {
      log.debug(format, arguments);
    }
  }

  /**
   * Logs a warning.
   *
   * @param format a constant
   * @param arguments the arguments of the format; optionally the exception, last
   */
  public void warn(String format, @Nullable Object... arguments) {
    if (tryAcquire(format)) {
      log.warn(format, arguments);
    } else {
      log.debug(format, arguments);
    }
  }

  private boolean tryAcquire(String format) {
    return throttles
        .computeIfAbsent(format, key -> new LogThrottle())
        .tryAcquire(clock.monotonicNanos());
  }
}
