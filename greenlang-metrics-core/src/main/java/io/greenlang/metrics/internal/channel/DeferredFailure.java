package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.internal.util.ThrottledLog;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The failure of work that a thread has done for another one. Its own work continues, and the next
 * tick logs the failure. Any thread; retains only the first failure that is not logged yet.
 */
final class DeferredFailure {

  private final Channel channel;
  private final ThrottledLog log;
  private final String format;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /**
   * Creates a record without a failure.
   *
   * @param format the log message, a constant with a place for the channel
   */
  DeferredFailure(Channel channel, ThrottledLog log, String format) {
    this.channel = channel;
    this.log = log;
    this.format = format;
  }

  /** Records a failure, unless an earlier one is not logged yet. */
  void record(Throwable thrown) {
    failure.compareAndSet(null, thrown);
  }

  /** Logs a failure since the last call. Called without a lock: a log may wait for a disk. */
  void log() {
    Throwable logged = failure.get() == null ? null : failure.getAndSet(null);
    if (logged != null) {
      log.error(format, channel, logged);
    }
  }
}
