package io.greenlang.metrics.internal.aggregate;

import java.nio.ByteBuffer;

/**
 * The state of a running total between two samples. It distinguishes growth from samples that
 * arrive out of order and from restarts of the source.
 *
 * <ul>
 *   <li>A total that reaches the <b>peak</b>, the highest total since the last restart, is growth.
 *   <li>A sample whose <b>start</b> is later than the latest sample is a restart from zero. With an
 *       equal start, a fall is disorder.
 *   <li>A sample that is <b>older</b> than the latest one is not a restart. If it is older than the
 *       last restart, it is ignored.
 *   <li>A fall to less than half of the peak is a <b>restart</b> from zero.
 *   <li>A smaller fall is a <b>dip</b>: the peak stands. Once the totals of {@value
 *       #CONFIRM_MILLIS} ms of sample time are all below it, the dip is a restart, and the growth
 *       within it counts.
 *   <li>Within {@value #OPENING_MILLIS} ms of the first sample, a total that is at most 1 % lower
 *       is that of a concurrent publisher, so the growth begins there.
 *   <li>If all samples of {@value #CONFIRM_MILLIS} ms are older than the latest one, its clock was
 *       wrong, and they take its place.
 * </ul>
 *
 * <p>The rules are applied to the windows in their order, and within a window in the order of
 * arrival.
 */
final class CounterState {

  /** The absence of a time. */
  static final long NONE = Long.MIN_VALUE;

  /** How long totals stay below the peak, or times before the latest, until they are believed. */
  static final long CONFIRM_MILLIS = 10_000;

  /** The time around the first sample in which concurrent publishers settle. */
  static final long OPENING_MILLIS = 200;

  /** The smallest part of the first total at which growth may begin. */
  private static final double OPENING_PART = 0.99;

  private static final int KNOWN = 1;
  private static final int STARTED = 2;
  private static final int RESTARTED = 4;
  private static final int DIPPED = 8;
  private static final int BEHIND = 16;
  private static final int OPENING = 32;

  private boolean known;
  private double peak;

  /** The time of the latest sample. */
  private long newestMillis;

  private long startMillis = NONE;
  private long restartMillis = NONE;

  /** The time of the first sample of the dip, and the range of its totals. */
  private long dipMillis = NONE;

  private double dipLow;
  private double dipHigh;

  /** The earliest of the latest samples, if all of them are older than the latest one. */
  private long behindMillis = NONE;

  /** The time of the first sample of the series while its growth may begin below it. */
  private long openedMillis = NONE;

  private double lowest;

  /** The growth below the first sample that was not taken yet. */
  private double openingGrowth;

  /** Returns whether there was a sample. */
  boolean isKnown() {
    return known;
  }

  /** Returns the highest total since the last restart. */
  double peak() {
    return peak;
  }

  /** Returns the time of the latest sample, in epoch milliseconds. */
  long newestMillis() {
    return newestMillis;
  }

  /** Copies another state. */
  void set(CounterState other) {
    known = other.known;
    peak = other.peak;
    newestMillis = other.newestMillis;
    startMillis = other.startMillis;
    restartMillis = other.restartMillis;
    dipMillis = other.dipMillis;
    dipLow = other.dipLow;
    dipHigh = other.dipHigh;
    behindMillis = other.behindMillis;
    openedMillis = other.openedMillis;
    lowest = other.lowest;
  }

  /** Starts with the first sample of a series. */
  void open(double total, long timeMillis, long start) {
    known = true;
    peak = total;
    newestMillis = timeMillis;
    startMillis = start;
    if (start == NONE) {
      openedMillis = timeMillis;
      lowest = total;
    }
  }

  /**
   * Adds a sample that is not the first, if it is growth in the order of time; otherwise changes
   * nothing.
   *
   * @return whether the sample was added; if not, {@link #add} adds it
   */
  boolean grow(double total, long timeMillis, long start) {
    boolean grows = total >= peak && timeMillis >= newestMillis && dipMillis == NONE;
    if (!grows || start != startMillis) {
      return false;
    }
    peak = total;
    newestMillis = timeMillis;
    behindMillis = NONE;
    return true;
  }

  /** Returns the growth below the first sample, once. */
  double takeOpeningGrowth() {
    double taken = openingGrowth;
    openingGrowth = 0;
    return taken;
  }

  /**
   * Adds any sample that is not the first.
   *
   * @param start the time at which the counter was zero; {@link #NONE} if unknown
   * @return the total from which the growth is counted if this is a restart; otherwise NaN
   */
  double add(double total, long timeMillis, long start) {
    boolean sameRun = start != NONE && start == startMillis;
    if (start != NONE && !sameRun && start > newestMillis) {
      behindMillis = NONE;
      newestMillis = Math.max(newestMillis, timeMillis);
      startMillis = start;
      return restart(Math.min(0, total), total, start);
    }
    if (timeMillis < newestMillis && !isClockBehind(timeMillis)) {
      addOlder(total, timeMillis);
      return Double.NaN;
    }
    behindMillis = NONE;
    newestMillis = timeMillis;
    startMillis = start == NONE ? startMillis : start;
    return addNewest(total, timeMillis, sameRun);
  }

  private double addNewest(double total, long timeMillis, boolean sameRun) {
    if (total >= peak) {
      rise(total);
      return Double.NaN;
    }
    if (sameRun) {
      return Double.NaN;
    }
    if (total < peak / 2) {
      return restart(Math.min(0, total), total, timeMillis);
    }
    lower(total, timeMillis);
    return dip(total, timeMillis);
  }

  private void addOlder(double total, long timeMillis) {
    if (timeMillis < restartMillis) {
      return;
    }
    if (total >= peak) {
      rise(total);
    } else {
      lower(total, timeMillis);
    }
  }

  /** Returns whether the samples have been older than the latest one for long. */
  private boolean isClockBehind(long timeMillis) {
    if (behindMillis == NONE || timeMillis < behindMillis) {
      behindMillis = timeMillis;
      return false;
    }
    if (timeMillis - behindMillis < CONFIRM_MILLIS) {
      return false;
    }
    restartMillis = NONE;
    dipMillis = NONE;
    openedMillis = NONE;
    return true;
  }

  private void rise(double total) {
    peak = total;
    dipMillis = NONE;
  }

  private double restart(double base, double total, long timeMillis) {
    rise(total);
    restartMillis = timeMillis;
    openedMillis = NONE;
    return base;
  }

  /** Counts the growth from a total that is lower than the first one and about as old. */
  private void lower(double total, long timeMillis) {
    if (isOpening()
        && total < lowest
        && total >= lowest * OPENING_PART
        && Math.abs(timeMillis - openedMillis) <= OPENING_MILLIS) {
      openingGrowth = lowest - total;
      lowest = total;
    }
  }

  private boolean isOpening() {
    return openedMillis != NONE && newestMillis - openedMillis <= OPENING_MILLIS;
  }

  private double dip(double total, long timeMillis) {
    if (dipMillis == NONE) {
      dipMillis = timeMillis;
      dipLow = total;
      dipHigh = total;
      return Double.NaN;
    }
    dipLow = Math.min(dipLow, total);
    dipHigh = Math.max(dipHigh, total);
    return timeMillis - dipMillis < CONFIRM_MILLIS
        ? Double.NaN
        : restart(dipLow, dipHigh, dipMillis);
  }

  /**
   * Follows another state although samples are known already, all of which are below its peak.
   *
   * @param first the first of those samples
   * @param highest the highest of them
   */
  void continueBelow(CounterState earlier, double first, long firstMillis, double highest) {
    long latest = newestMillis;
    long start = startMillis;
    set(earlier);
    newestMillis = Math.max(latest, earlier.newestMillis);
    startMillis = start == NONE ? startMillis : start;
    if (dipMillis == NONE) {
      dipMillis = firstMillis;
      dipLow = first;
      dipHigh = highest;
    } else {
      dipLow = Math.min(dipLow, first);
      dipHigh = Math.max(dipHigh, highest);
    }
  }

  /** Follows another state although samples are known already. */
  void continueAfter(CounterState earlier) {
    newestMillis = Math.max(newestMillis, earlier.newestMillis);
    startMillis = startMillis == NONE ? earlier.startMillis : startMillis;
    restartMillis = restartMillis == NONE ? earlier.restartMillis : restartMillis;
    openedMillis = NONE;
  }

  /** Returns the length of the written state, in bytes. */
  int bytes() {
    int flags = flags();
    int longs = 2 * (flags & KNOWN) + Integer.bitCount(flags & ~(KNOWN | DIPPED | OPENING));
    longs += (flags & DIPPED) == 0 ? 0 : 3;
    longs += (flags & OPENING) == 0 ? 0 : 2;
    return 1 + longs * Long.BYTES;
  }

  void write(ByteBuffer output) {
    int flags = flags();
    output.put((byte) flags);
    if (known) {
      output.putDouble(peak).putLong(newestMillis);
    }
    if ((flags & STARTED) != 0) {
      output.putLong(startMillis);
    }
    if ((flags & RESTARTED) != 0) {
      output.putLong(restartMillis);
    }
    if ((flags & DIPPED) != 0) {
      output.putLong(dipMillis).putDouble(dipLow).putDouble(dipHigh);
    }
    if ((flags & BEHIND) != 0) {
      output.putLong(behindMillis);
    }
    if ((flags & OPENING) != 0) {
      output.putLong(openedMillis).putDouble(lowest);
    }
  }

  /** Reads the result of {@link #write}. */
  void read(ByteBuffer input) {
    int flags = input.get();
    known = (flags & KNOWN) != 0;
    if (known) {
      peak = Summary.requireFinite(input.getDouble());
      newestMillis = input.getLong();
    }
    startMillis = (flags & STARTED) == 0 ? NONE : input.getLong();
    restartMillis = (flags & RESTARTED) == 0 ? NONE : input.getLong();
    if ((flags & DIPPED) != 0) {
      dipMillis = input.getLong();
      dipLow = Summary.requireFinite(input.getDouble());
      dipHigh = Summary.requireFinite(input.getDouble());
    }
    behindMillis = (flags & BEHIND) == 0 ? NONE : input.getLong();
    if ((flags & OPENING) != 0) {
      openedMillis = input.getLong();
      lowest = Summary.requireFinite(input.getDouble());
    }
  }

  private int flags() {
    // Successive states usually have the same parts and length, which history compresses best.
    return (known ? KNOWN : 0)
        | (startMillis == NONE ? 0 : STARTED)
        | (restartMillis == NONE ? 0 : RESTARTED)
        | (dipMillis == NONE ? 0 : DIPPED)
        | (behindMillis == NONE ? 0 : BEHIND)
        | (isOpening() ? OPENING : 0);
  }
}
