package io.greenlang.metrics.client.internal.connection;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A watchdog for a server that is frozen while its socket still looks open.
 *
 * <p>The client's own pause says nothing about the server. A timer that is late, because the
 * machine slept, therefore restarts the wait, and so does a timer that ends while a slow subscriber
 * keeps the client from reading. Only the event loop uses it.
 */
final class Heartbeat {

  private static final Duration LATE = Duration.ofSeconds(2);
  private static final int MAX_LATE_TIMERS = 3;

  private final EventLoop loop;
  private final BooleanSupplier isReadingPaused;
  private final Runnable onPaused;
  private final Runnable onTimeout;
  private long timeoutNanos;
  private long lastActivity;
  private int lateTimers;
  private EventLoop.@Nullable Timer timer;

  /**
   * Creates a watchdog that is not started.
   *
   * @param isReadingPaused whether the client does not read because a subscriber is slow
   * @param onPaused called once per timeout while reading is paused
   * @param onTimeout called if the server sent nothing for the whole timeout
   */
  Heartbeat(
      EventLoop loop, BooleanSupplier isReadingPaused, Runnable onPaused, Runnable onTimeout) {
    this.loop = loop;
    this.isReadingPaused = isReadingPaused;
    this.onPaused = onPaused;
    this.onTimeout = onTimeout;
  }

  void start(Duration timeout) {
    stop();
    timeoutNanos = timeout.toNanos();
    recordActivity();
    schedule(lastActivity + timeoutNanos);
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  void recordActivity() {
    lastActivity = loop.nanoTime();
    lateTimers = 0;
  }

  private void schedule(long deadline) {
    Duration delay = Duration.ofNanos(Math.max(0, deadline - loop.nanoTime()));
    timer = loop.schedule(delay, () -> check(deadline));
  }

  private void check(long deadline) {
    long now = loop.nanoTime();
    if (isReadingPaused.getAsBoolean()) {
      schedule(now + timeoutNanos);
      onPaused.run();
    } else if (now - (lastActivity + timeoutNanos) < 0) {
      schedule(lastActivity + timeoutNanos);
    } else if (now - deadline > LATE.toNanos() && lateTimers++ < MAX_LATE_TIMERS) {
      schedule(now + timeoutNanos);
    } else {
      onTimeout.run();
    }
  }
}
