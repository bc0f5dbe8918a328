package io.greenlang.metrics.collectors.internal.support;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.MetricCollector;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log of one source's failures, limited to one message per minute: a source that is down overnight
 * must not fill the disk. Used by one thread at a time.
 */
public final class FailureLog {

  static final Duration MIN_INTERVAL = Duration.ofMinutes(1);

  /** The destination of log messages. */
  @FunctionalInterface
  public interface Output {
    void warn(String message, Throwable thrown);
  }

  /** The application's log. */
  public static final Output SLF4J = new Slf4jOutput();

  private final Output output;
  private final MetricsClock clock;
  private boolean logged;
  private long lastNanos;
  private long suppressed;

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
    long now = clock.monotonicNanos();
    if (isSuppressed(now)) {
      suppressed++;
      return;
    }
    String suppressedNote =
        suppressed == 0 ? "" : " (" + suppressed + " more failures since the last log message)";
    write(now, problem + "; " + consequence + suppressedNote, thrown);
  }

  /**
   * Logs an ongoing condition, at most once per minute. Never throws.
   *
   * @param problem the condition
   * @param consequence how the collector proceeds
   * @param location an exception whose stack trace is logged
   */
  public void logOngoing(String problem, String consequence, Throwable location) {
    long now = clock.monotonicNanos();
    if (!isSuppressed(now)) {
      write(now, problem + "; " + consequence, location);
    }
  }

  /** Returns whether a failure at this moment would be suppressed. */
  public boolean isSuppressed() {
    return isSuppressed(clock.monotonicNanos());
  }

  private boolean isSuppressed(long now) {
    return logged && now - lastNanos < MIN_INTERVAL.toNanos();
  }

  private void write(long now, String message, Throwable thrown) {
    logged = true;
    lastNanos = now;
    suppressed = 0;
    warn(message, thrown);
  }

  private void warn(String message, Throwable thrown) {
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

  private static final class Slf4jOutput implements Output {
    private static final Logger LOG = LoggerFactory.getLogger(MetricCollector.class);

    @Override
    public void warn(String message, Throwable thrown) {
      LOG.warn(message, thrown);
    }
  }
}
