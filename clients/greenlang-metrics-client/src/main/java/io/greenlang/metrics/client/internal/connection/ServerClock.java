package io.greenlang.metrics.client.internal.connection;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An estimate of the server's clock. The local wall clock plays no part, so it may be wrong or
 * change.
 *
 * <p>Each message that carries the server's time gives one sample of the offset between the
 * server's clock and the local monotonic clock. A delay makes a sample too small and never too
 * great. The greatest of the latest samples is therefore the best one. Old samples expire, so the
 * estimate follows a server whose clock is adjusted. The event loop records, any thread reads.
 */
public final class ServerClock {

  /** At the default heartbeat, eight samples span four minutes. */
  private static final int MAX_SAMPLES = 8;

  private final EventLoop loop;

  /** Nanoseconds to add to the monotonic clock for nanoseconds since 1970, oldest first. */
  private final List<Long> offsets = new CopyOnWriteArrayList<>();

  ServerClock(EventLoop loop) {
    this.loop = loop;
  }

  /** Returns the server's time; null before the first sample. */
  public @Nullable Instant now() {
    Long[] samples = offsets.toArray(Long[]::new);
    return samples.length == 0
        ? null
        : Instant.EPOCH.plusNanos(loop.nanoTime() + Collections.max(List.of(samples)));
  }

  /** Records a message that the server sent at a time of its clock. */
  void record(Instant serverTime) {
    offsets.add(offset(serverTime, loop.nanoTime()));
    if (offsets.size() > MAX_SAMPLES) {
      offsets.remove(0);
    }
  }

  /**
   * Records the first message of a new connection, which may lead to another server.
   *
   * <p>The server sent the message after the attempt began, so the delay is at most the age of the
   * attempt. The previous estimate counts only as far as it agrees with that.
   *
   * @param attemptStart the start of the attempt on the monotonic clock
   */
  void restart(Instant serverTime, long attemptStart) {
    long lowest = offset(serverTime, loop.nanoTime());
    long highest = offset(serverTime, attemptStart);
    long previous = offsets.isEmpty() ? Long.MIN_VALUE : Collections.max(offsets);
    offsets.clear();
    offsets.add(previous > lowest && previous <= highest ? previous : lowest);
  }

  private static long offset(Instant serverTime, long nanoTime) {
    return Duration.between(Instant.EPOCH, serverTime).toNanos() - nanoTime;
  }
}
