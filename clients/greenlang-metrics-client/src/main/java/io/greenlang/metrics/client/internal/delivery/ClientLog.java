package io.greenlang.metrics.client.internal.delivery;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A log for one kind of problem, through {@link System.Logger}. It writes at most one message per
 * minute, and counts the others. Thread-safe.
 */
public final class ClientLog {

  private static final System.Logger log =
      System.getLogger("io.greenlang.metrics.client.MetricsClient");
  private static final long PERIOD_NANOS = Duration.ofMinutes(1).toNanos();

  private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());
  private final AtomicLong suppressed = new AtomicLong();

  /** Writes a warning, unless another one was written within the last minute. */
  public void warn(String message, Throwable cause) {
    long now = System.nanoTime();
    long next = nextNanos.get();
    if (now - next < 0 || !nextNanos.compareAndSet(next, now + PERIOD_NANOS)) {
      suppressed.incrementAndGet();
      return;
    }
    long count = suppressed.getAndSet(0);
    String suffix = count == 0 ? "" : " (" + count + " further messages since the last one)";
    log.log(System.Logger.Level.WARNING, message + suffix, cause);
  }
}
