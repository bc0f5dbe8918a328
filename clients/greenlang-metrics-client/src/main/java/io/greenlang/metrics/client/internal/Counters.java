package io.greenlang.metrics.client.internal;

import io.greenlang.metrics.client.model.ClientStats;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The counters of a client. The event loop counts, any thread reads. */
final class Counters {

  final AtomicLong metrics = new AtomicLong();
  final AtomicLong frames = new AtomicLong();
  final AtomicLong malformed = new AtomicLong();
  final AtomicLong missed = new AtomicLong();
  final AtomicLong overSeriesLimit = new AtomicLong();
  final AtomicLong welcomes = new AtomicLong();

  ClientStats snapshot(long duplicates, long discardedEvents, @Nullable Duration roundTrip) {
    return new ClientStats(
        metrics.get(),
        frames.get() + malformed.get(),
        malformed.get(),
        missed.get(),
        overSeriesLimit.get(),
        duplicates,
        Math.max(0, welcomes.get() - 1),
        discardedEvents,
        roundTrip);
  }
}
