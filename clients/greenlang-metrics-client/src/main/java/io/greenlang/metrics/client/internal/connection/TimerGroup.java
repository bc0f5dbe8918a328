package io.greenlang.metrics.client.internal.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The timers of one connection attempt, which are cancelled together. Only the event loop uses it.
 */
final class TimerGroup {

  private final EventLoop loop;
  private final List<EventLoop.Timer> timers = new ArrayList<>();

  TimerGroup(EventLoop loop) {
    this.loop = loop;
  }

  /** Runs an action once after the delay, unless the group is cancelled until then. */
  void schedule(Duration delay, Runnable action) {
    timers.add(loop.schedule(delay, action));
  }

  /** Cancels all timers. */
  void cancel() {
    timers.forEach(EventLoop.Timer::cancel);
    timers.clear();
  }
}
