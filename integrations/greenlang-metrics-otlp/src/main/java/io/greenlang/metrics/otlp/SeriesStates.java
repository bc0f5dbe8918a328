package io.greenlang.metrics.otlp;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.HistogramBuckets;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The state of the series that need one: the totals of delta sums, and the previous buckets of
 * cumulative histograms. All of it together takes at most a number of bytes. At that number, series
 * without a state are rejected until others have been idle for long enough. Thread-safe.
 */
final class SeriesStates {

  /** The memory of an entry without its texts and buckets. */
  private static final int ENTRY_BYTES = 250;

  private final ConcurrentMap<Key, State> states = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();
  private final long maxBytes;
  private final long idleNanos;

  /**
   * Creates an empty set.
   *
   * @param idleNanos the time after which the state of a series without points is discarded
   */
  SeriesStates(long maxBytes, long idleNanos) {
    this.maxBytes = maxBytes;
    this.idleNanos = idleNanos;
  }

  private record Key(Channel channel, String name, Tags tags) {

    private long bytes() {
      long[] characters = {name.length()};
      tags.forEach((key, value) -> characters[0] += key.length() + value.length());
      return ENTRY_BYTES + 2 * characters[0];
    }
  }

  /** The state of one series. Its fields are guarded by its monitor. */
  final class State {

    /** The total of a delta sum. */
    double total;

    /** The buckets of the latest point of a cumulative histogram; null before the first. */
    private @Nullable HistogramBuckets buckets;

    /** The time from which the series counts, in nanoseconds since 1970; 0 if it is unknown. */
    long startNanos;

    /** The time of the latest point, in nanoseconds since 1970; 0 before the first. */
    long timeNanos;

    private final long keyBytes;
    private long usedNanos;
    private long size;
    private boolean discarded;

    private State(long keyBytes, long nowNanos) {
      this.keyBytes = keyBytes;
      this.size = keyBytes;
      this.usedNanos = nowNanos;
    }

    @Nullable HistogramBuckets buckets() {
      return buckets;
    }

    /**
     * Replaces the buckets.
     *
     * @param counts the number of counts and bounds that they have
     * @throws RejectedPointException if there is no memory for more of them than before
     */
    void setBuckets(HistogramBuckets newBuckets, int counts) throws RejectedPointException {
      long growth = keyBytes + Long.BYTES * (long) counts - size;
      if (growth > 0) {
        requireMemory(growth);
      }
      buckets = newBuckets;
      bytes.addAndGet(growth);
      size += growth;
    }
  }

  /** An operation on the state of a series. */
  @FunctionalInterface
  interface Update {

    /**
     * Called with the state's monitor.
     *
     * @return the sample to publish; null for none
     */
    @Nullable Metric apply(State state) throws RejectedPointException;
  }

  /**
   * Updates the state of a series, which is created if there is none.
   *
   * @param nowNanos the monotonic time
   * @throws RejectedPointException if there is no memory for a new state, or by the update
   */
  @Nullable Metric update(Metric series, long nowNanos, Update update)
      throws RejectedPointException {
    Key key = new Key(series.channel(), series.name(), series.tags());
    while (true) {
      State state = states.get(key);
      if (state == null) {
        state = create(key, nowNanos);
      }
      synchronized (state) {
        if (!state.discarded) {
          state.usedNanos = nowNanos;
          return update.apply(state);
        }
      }
    }
  }

  private State create(Key key, long nowNanos) throws RejectedPointException {
    long size = key.bytes();
    requireMemory(size);
    State created = new State(size, nowNanos);
    State existing = states.putIfAbsent(key, created);
    if (existing == null) {
      bytes.addAndGet(size);
      return created;
    }
    return existing;
  }

  private void requireMemory(long growth) throws RejectedPointException {
    if (bytes.get() + growth > maxBytes) {
      throw new RejectedPointException(
          "needs a state, and the delta sums and cumulative histograms of all programs have too"
              + " many series or buckets");
    }
  }

  /** Discards the states of the series that had no points for long enough. */
  void discardIdle(long nowNanos) {
    for (Iterator<State> all = states.values().iterator(); all.hasNext(); ) {
      State state = all.next();
      synchronized (state) {
        if (!state.discarded && nowNanos - state.usedNanos > idleNanos) {
          state.discarded = true;
          all.remove();
          bytes.addAndGet(-state.size);
        }
      }
    }
  }

  /** Returns the number of series with a state. */
  int size() {
    return states.size();
  }

  /** Returns the estimated memory of all states. */
  long bytes() {
    return bytes.get();
  }
}
