package io.greenlang.metrics.client.internal.connection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A timer that asks for a probe of a socket after each five seconds in which nothing arrived.
 *
 * <p>The JDK (17 to 25) loses the end of a connection that arrives while a message is processed.
 * The socket then looks open until something is sent: the server's system resets the connection at
 * the first probe, and sending the second one fails. Only the event loop uses it.
 */
final class SilenceProbe {

  static final Duration INTERVAL = Duration.ofSeconds(5);

  private final EventLoop loop;
  private final Runnable probe;
  private boolean active;
  private EventLoop.@Nullable Timer timer;

  /** Creates a timer that is not started. */
  SilenceProbe(EventLoop loop, Runnable probe) {
    this.loop = loop;
    this.probe = probe;
  }

  void start() {
    active = false;
    timer = loop.schedule(INTERVAL, this::tick);
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  void recordActivity() {
    active = true;
  }

  private void tick() {
    if (!active) {
      probe.run();
    }
    start();
  }
}
