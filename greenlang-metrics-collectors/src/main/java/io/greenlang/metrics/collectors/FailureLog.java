package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the failures of one source, at most once a minute: a source that is down for a night must
 * not fill the disk. One thread at a time.
 */
final class FailureLog {

  static final Duration SILENCE = Duration.ofMinutes(1);

  /** Where a message goes. */
  @FunctionalInterface
  interface Output {
    void warn(String message, Throwable thrown);
  }

  /** The application's log. */
  static final Output SLF4J = new Slf4jOutput();

  private final Output output;
  private final MetricsClock clock;
  private boolean spoken;
  private long lastNanos;
  private long silenced;

  FailureLog(Output output, MetricsClock clock) {
    this.output = output;
    this.clock = clock;
  }

  /** Logs what will be tried again, or counts it for the next message. Never throws. */
  void log(String what, Throwable thrown) {
    log(what, "it is tried again at the next tick", thrown);
  }

  /** Logs, or counts for the next message. Never throws. */
  void log(String what, String then, Throwable thrown) {
    long now = clock.nanoTime();
    if (isSilent(now)) {
      silenced++;
      return;
    }
    String since =
        silenced == 0 ? "" : " (" + silenced + " more failures since the last such message)";
    speak(now, what + "; " + then + since, thrown);
  }

  /** Logs what goes on and on, at most once a minute. Never throws. */
  void remind(String what, String then, Throwable where) {
    long now = clock.nanoTime();
    if (!isSilent(now)) {
      speak(now, what + "; " + then, where);
    }
  }

  /** Whether what happens now would not be logged. */
  boolean isSilent() {
    return isSilent(clock.nanoTime());
  }

  private boolean isSilent(long now) {
    return spoken && now - lastNanos < SILENCE.toNanos();
  }

  private void speak(long now, String message, Throwable thrown) {
    spoken = true;
    lastNanos = now;
    silenced = 0;
    warn(message, thrown);
  }

  private void warn(String message, Throwable thrown) {
    try {
      output.warn(message, thrown);
    } catch (Throwable unprintable) {
      warnWithoutAsking(message + ", with a " + thrown.getClass().getName(), unprintable);
    }
  }

  /** For an exception of the host whose own getMessage() or toString() throws. */
  private void warnWithoutAsking(String message, Throwable unprintable) {
    String why = "it cannot be printed: " + unprintable.getClass().getName();
    try {
      output.warn(message, new IllegalStateException(why));
    } catch (Throwable brokenLog) {
      // The log itself is broken, so there is nobody left to tell. The failure is counted in the
      // statistics, and the schedule goes on.
      silenced++;
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
