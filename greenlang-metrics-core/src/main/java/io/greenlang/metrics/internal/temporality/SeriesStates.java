package io.greenlang.metrics.internal.temporality;

import io.greenlang.metrics.HistogramBuckets;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The states of the series whose temporality is not the one that a sample needs: the totals of
 * delta sums, and the previous buckets of cumulative histograms. All of it together takes at most
 * {@code maxBytes}. At that number, series without a state are refused until others have been idle
 * for long enough.
 *
 * <p>Delta histograms need no state, and only repeated points of them are recognized. Their times
 * take up to a quarter of {@code maxBytes} in addition, so that they do not displace states.
 * Thread-safe.
 *
 * @param <K> the identity of a series; immutable
 */
public final class SeriesStates<K> {

  private static final long MAX_BYTES = 32L << 20;
  private static final int HEAP_SHARE = 8;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** The memory of an entry without its texts and buckets. */
  private static final int ENTRY_BYTES = 250;

  private static final int RECENT_POINTS_SHARE = 4;

  private final ConcurrentMap<K, State> states = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();
  private final ToLongFunction<K> characters;
  private final long maxBytes;
  private final long idleNanos;

  private final DiscardedRuns discardedRuns = new DiscardedRuns();
  private final RecentPoints<K> recentPoints;

  /**
   * Creates an empty set.
   *
   * @param characters returns the length of the texts of a key
   * @param maxBytes the memory of all states; recent points take up to a quarter of it in addition
   * @param idleNanos the time after which the state of a series without points is discarded
   */
  public SeriesStates(ToLongFunction<K> characters, long maxBytes, long idleNanos) {
    this.characters = characters;
    this.maxBytes = maxBytes;
    this.idleNanos = idleNanos;
    this.recentPoints = new RecentPoints<>(this::entryBytes, maxBytes / RECENT_POINTS_SHARE);
  }

  private long entryBytes(K key) {
    return ENTRY_BYTES + Character.BYTES * characters.applyAsLong(key);
  }

  /** Returns the bytes that a set may take: 32 MiB, and at most an eighth of the heap. */
  public static long defaultMaxBytes() {
    return Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  /** The state of one series. Only an {@link Update} uses it. */
  public final class State {

    private final long keyBytes;
    private double total;
    private @Nullable HistogramBuckets buckets;
    private long startNanos;
    private long timeNanos;
    private long usedNanos;
    private long size;
    private boolean discarded;

    private State(long keyBytes, long nowNanos) {
      this.keyBytes = keyBytes;
      this.size = keyBytes;
      this.usedNanos = nowNanos;
    }

    /** Returns the time from which the series counts, since 1970; 0 if it is not known. */
    public long startNanos() {
      return startNanos;
    }

    /** Returns the time of the latest point, since 1970; 0 if it is not known. */
    public long timeNanos() {
      return timeNanos;
    }

    /** Returns the total of a delta sum. */
    public double total() {
      return total;
    }

    /** Sets the time of the latest point. */
    public void setTimeNanos(long timeNanos) {
      this.timeNanos = timeNanos;
    }

    /**
     * Adds the increment of a delta sum.
     *
     * @param incrementStartNanos the start of the increment; that of the first is the start of all
     * @return the total
     */
    public double add(double increment, long incrementStartNanos) {
      if (startNanos == 0) {
        startNanos = incrementStartNanos;
      }
      total += increment;
      return total;
    }

    /**
     * Replaces the buckets of a cumulative histogram.
     *
     * @param counts the number of counts and bounds that the buckets have
     * @param newStartNanos the time at which the histogram was empty; 0 if it is not known
     * @param isNew true if the first point of a new series counts in full, unless a state of its
     *     run was discarded; false if its observations may be old
     * @return the observations since the previous point, or since a restart, possibly none. A count
     *     that decreases is a restart, too. Null if they are not known at the first point
     * @throws StateLimitException if there is no memory for more buckets than before; the state is
     *     then as it was
     * @throws ChangedBucketsException if the observations are not known because the buckets changed
     *     within a run; the next point counts from these buckets on
     */
    public @Nullable HistogramBuckets advance(
        HistogramBuckets newBuckets, int counts, long newStartNanos, boolean isNew)
        throws StateLimitException, ChangedBucketsException {
      HistogramBuckets earlier = buckets;
      boolean isSameRun = newStartNanos == startNanos;
      setBuckets(newBuckets, counts);
      startNanos = newStartNanos;
      if (earlier == null) {
        return isNew && !discardedRuns.contains(newStartNanos) ? newBuckets : null;
      }
      if (!isSameRun) {
        return newBuckets;
      }
      HistogramBuckets change = newBuckets.since(earlier);
      boolean isRestart = newStartNanos == 0 || newBuckets.count() < earlier.count();
      if (change == null && !isRestart) {
        throw new ChangedBucketsException();
      }
      return change == null ? newBuckets : change;
    }

    private void setBuckets(HistogramBuckets newBuckets, int counts) throws StateLimitException {
      long growth = keyBytes + Long.BYTES * (long) counts - size;
      reserve(growth);
      buckets = newBuckets;
      size += growth;
    }
  }

  /**
   * An operation on the state of a series.
   *
   * @param <T> its result
   * @param <E> the reason for which it fails
   */
  @FunctionalInterface
  public interface Update<K, T, E extends Exception> {

    /** Called while the thread holds the state's monitor. */
    @Nullable T apply(SeriesStates<K>.State state) throws StateLimitException, E;
  }

  /**
   * Updates the state of a series, which is created if there is none.
   *
   * @param nowNanos the monotonic time
   * @throws StateLimitException if there is no memory for a new state, or by the update
   */
  public <T, E extends Exception> @Nullable T update(K key, long nowNanos, Update<K, T, E> update)
      throws StateLimitException, E {
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

  private State create(K key, long nowNanos) throws StateLimitException {
    long size = entryBytes(key);
    reserve(size);
    State created = new State(size, nowNanos);
    State existing = states.putIfAbsent(key, created);
    if (existing == null) {
      return created;
    }
    bytes.addAndGet(-size);
    return existing;
  }

  /** Takes memory, or returns some if {@code growth} is negative. */
  private void reserve(long growth) throws StateLimitException {
    if (bytes.addAndGet(growth) > maxBytes && growth > 0) {
      bytes.addAndGet(-growth);
      throw new StateLimitException();
    }
  }

  /**
   * Adds the time of a point of a delta histogram.
   *
   * @param timeNanos the time of the point since 1970, which is not 0
   * @param nowNanos the monotonic time
   * @return false if it repeats one of the latest points of its series
   */
  public boolean addPoint(K key, long timeNanos, long nowNanos) {
    return recentPoints.add(key, timeNanos, nowNanos);
  }

  /**
   * Discards the states of the series that had no points for long enough.
   *
   * @param nowNanos the monotonic time
   * @param wallMillis the current wall time, in milliseconds since 1970
   */
  public void discardIdle(long nowNanos, long wallMillis) {
    recentPoints.discardIdle(nowNanos, idleNanos);
    for (Iterator<State> all = states.values().iterator(); all.hasNext(); ) {
      State state = all.next();
      synchronized (state) {
        if (!state.discarded && nowNanos - state.usedNanos > idleNanos) {
          state.discarded = true;
          if (state.buckets != null) {
            discardedRuns.add(state.startNanos, wallMillis * NANOS_PER_MILLI);
          }
          all.remove();
          bytes.addAndGet(-state.size);
        }
      }
    }
  }

  /** Returns the number of series with a state or recent points. */
  public int size() {
    return states.size() + recentPoints.size();
  }

  /** Returns the estimated memory of all states and recent points. */
  public long bytes() {
    return bytes.get() + recentPoints.bytes();
  }
}
