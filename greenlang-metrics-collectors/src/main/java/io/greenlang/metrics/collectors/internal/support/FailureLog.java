package io.greenlang.metrics.collectors.internal.support;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.internal.util.LogThrottle;
import org.slf4j.LoggerFactory;

/**
 * Log of one source's failures, limited to one message per minute: a source that is down overnight
 * must not fill the disk. Used by one thread at a time.
 */
public final class FailureLog {

  /** The destination of log messages. */
  @FunctionalInterface
  public interface Output {

    /** Logs a warning. */
    void warn(String message, Throwable thrown);
  }

  /** The application's log, under the name of the class that an operator knows. */
  public static final Output SLF4J =
      LoggerFactory.getLogger("io.greenlang.metrics.collectors.MetricCollector")::warn;

  private final Output output;
  private final MetricsClock clock;
  private final LogThrottle throttle = new LogThrottle();
  private long suppressed;

  /** Creates the log of one source. */
  public FailureLog(Output output, MetricsClock clock) {
    this.output = output;
    this.clock = clock;
  }

  /**
   * Logs a failure of an operation that is retried at the next tick, or counts it for the next
   * message. Never throws.
   */
  public void log(String problem, Throwable thrown) {
    log(problem, "retrying at the next tick", thrown);
  }

  /**
   * Logs a failure, or counts it for the next message. Never throws.
   *
   * @param problem the operation that failed
   * @param consequence how the collector proceeds
   */
  public void log(String problem, String consequence, Throwable thrown) {
    if (throttle.tryAcquire(clock.monotonicNanos())) {
      String suppressedNote =
          suppressed == 0 ? "" : " (" + suppressed + " more failures since the last log message)";
      write(problem + "; " + consequence + suppressedNote, thrown);
    } else {
      suppressed++;
    }
  }

  /**
   * Logs an ongoing condition, at most once per minute. Never throws.
   *
   * @param problem the condition
   * @param consequence how the collector proceeds
   * @param location an exception whose stack trace is logged
   */
  public void logOngoing(String problem, String consequence, Throwable location) {
    if (throttle.tryAcquire(clock.monotonicNanos())) {
      write(problem + "; " + consequence, location);
    }
  }

  /** Returns whether a failure at this moment would be suppressed. */
  public boolean isSuppressed() {
    return throttle.isSuppressed(clock.monotonicNanos());
  }

  private void write(String message, Throwable thrown) {
    suppressed = 0;
    try {
      output.warn(message, thrown);
    } catch (Throwable unprintable) {
      warnUnprintable(message + " (" + thrown.getClass().getName() + ")", unprintable);
    }
  }

  /** Logs an application exception whose own getMessage() or toString() throws. */
  private void warnUnprintable(String message, Throwable unprintable) {
    String reason = "the exception cannot be printed: " + unprintable.getClass().getName();
    try {
      output.warn(message, new IllegalStateException(reason));
    } catch (Throwable brokenLog) {
      // The log itself is broken, so the failure cannot be reported. The statistics still count it,
      // and the schedule continues.
      suppressed++;
    }
  }
}
