package io.greenlang.metrics.collectors;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** How fast a running total grew over the last minute. Holds one reading for each time asked. */
final class Throughput {

  private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

  private record Reading(long atNanos, long total) {}

  private final Deque<Reading> readings = new ArrayDeque<>();

  /** Takes the total now; NaN if it is unknown or there is no earlier one to compare it with. */
  double perSecond(long nowNanos, long total) {
    if (!readings.isEmpty() && total < readings.getLast().total) {
      readings.clear(); // the queue began anew
    }
    if (total < 0) {
      return Double.NaN;
    }
    readings.addLast(new Reading(nowNanos, total));
    while (readings.size() > 2 && nowNanos - readings.getFirst().atNanos > WINDOW_NANOS) {
      readings.removeFirst();
    }
    Reading first = readings.getFirst();
    long nanos = nowNanos - first.atNanos;
    return nanos > 0 ? (total - first.total) * 1e9 / nanos : Double.NaN;
  }
}
