package io.greenlang.metrics.collectors.internal.cluster;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Growth rate of a cumulative total over the last minute. Holds one sample per call. */
final class Throughput {

  private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

  private record Sample(long timeNanos, long total) {}

  private final Deque<Sample> samples = new ArrayDeque<>();

  /**
   * Adds the current total and returns the rate in units per second.
   *
   * @param total the cumulative total; negative if unknown
   * @return NaN if the total is unknown or there is no earlier sample to compare it with
   */
  double perSecond(long nowNanos, long total) {
    if (!samples.isEmpty() && total < samples.getLast().total) {
      samples.clear(); // the queue restarted
    }
    if (total < 0) {
      return Double.NaN;
    }
    samples.addLast(new Sample(nowNanos, total));
    while (samples.size() > 2 && nowNanos - samples.getFirst().timeNanos > WINDOW_NANOS) {
      samples.removeFirst();
    }
    Sample first = samples.getFirst();
    long nanos = nowNanos - first.timeNanos;
    return nanos > 0 ? (total - first.total) * 1e9 / nanos : Double.NaN;
  }
}
