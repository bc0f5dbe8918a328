package io.greenlang.metrics.prometheus.internal.scrape;

import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.prometheus.internal.text.BadLineException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The time at which the totals of a point were zero, from {@code _created}.
 *
 * <p>It counts only if it is later than the first request. Totals that the target accumulated
 * before are not an increase that this source has seen. It also must not be in the future: the
 * clock of such a target is ahead. Both are decided when the time is new, because a series has one
 * start.
 */
final class CreatedTime {

  private final long firstRequestMillis;
  private double seconds = Double.NaN;
  private @Nullable CounterStart start;

  /** The scrape that had a sample with this time last. */
  long touchedIn;

  CreatedTime(long firstRequestMillis) {
    this.firstRequestMillis = firstRequestMillis;
  }

  void update(double newSeconds, long nowMillis) throws BadLineException {
    if (!Double.isFinite(newSeconds) || newSeconds < 0) {
      throw new BadLineException("has no valid time of creation");
    }
    if (newSeconds != seconds) {
      seconds = newSeconds;
      double millis = newSeconds * 1_000;
      boolean isSeen = millis > firstRequestMillis && millis <= nowMillis;
      start = isSeen ? new CounterStart(Instant.ofEpochMilli((long) millis)) : null;
    }
  }

  /** Returns the time in seconds; NaN if it is not known. */
  double seconds() {
    return seconds;
  }

  /**
   * Returns whether the totals were zero at the request of a scrape, which had no sample of them. A
   * series that was only missing from that scrape is older. One that began while the target wrote
   * the answer is not, so the time after the answer does not separate them.
   */
  boolean isAfter(long requestMillis) {
    return start != null && seconds * 1_000 > requestMillis;
  }

  /** Returns the start of the totals; null if it is not known, or before the first request. */
  @Nullable CounterStart start() {
    return start;
  }
}
