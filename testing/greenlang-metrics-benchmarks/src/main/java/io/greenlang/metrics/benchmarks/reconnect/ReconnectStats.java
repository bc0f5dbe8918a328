package io.greenlang.metrics.benchmarks.reconnect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of reconnecting clients: when each was accepted and when it had resumed, which
 * attempts were rejected, and whether publications were lost. Times are {@link System#nanoTime}.
 * Confined to the thread that reads the sockets.
 */
final class ReconnectStats {

  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final double NANOS = 1e9;

  private final List<Long> acceptedNanos = new ArrayList<>();
  private final long[] resumedNanos;

  /** Responses other than an upgrade, by their first line. */
  final Map<String, Integer> rejections = new TreeMap<>();

  int resumedCount;

  /** The clients that resumed and were notified that nothing is missing. */
  int recovered;

  /** Publications that a client missed. */
  long missed;

  /** Publications that a client received twice. */
  long repeated;

  /** Attempts and connections to the other instance that failed in another way. */
  int failures;

  @Nullable String firstError;

  ReconnectStats(int clients) {
    this.resumedNanos = new long[clients];
  }

  /** Records that a client's handshake has succeeded. */
  void recordAccepted(long nanos) {
    acceptedNanos.add(nanos);
  }

  /** Records that a client has resumed; called once per client. */
  void recordResumed(long nanos, boolean withoutLoss) {
    resumedNanos[resumedCount++] = nanos;
    recovered += withoutLoss ? 1 : 0;
  }

  void recordRejected(String firstLine) {
    rejections.merge(firstLine, 1, Integer::sum);
  }

  void recordFailure(String text) {
    failures++;
    if (firstError == null) {
      firstError = text;
    }
  }

  boolean isComplete() {
    return resumedCount == resumedNanos.length;
  }

  /**
   * Returns the seconds from {@code startNanos} until the given share of the clients had resumed.
   */
  double secondsUntilResumed(double share, long startNanos) {
    int index = Math.max(0, (int) Math.ceil(share * resumedCount) - 1);
    return resumedCount == 0 ? Double.NaN : (resumedNanos[index] - startNanos) / NANOS;
  }

  /** Returns the maximum number of clients accepted within any period of one second. */
  int peakAccepted() {
    return peak(acceptedNanos.stream().mapToLong(Long::longValue).toArray());
  }

  /** Returns the number of clients accepted in each second from {@code startNanos}. */
  List<Integer> acceptedBySecond(long startNanos) {
    List<Integer> bySecond = new ArrayList<>();
    for (long nanos : acceptedNanos) {
      int second = (int) ((nanos - startNanos) / SECOND_NANOS);
      while (bySecond.size() <= second) {
        bySecond.add(0);
      }
      bySecond.set(second, bySecond.get(second) + 1);
    }
    return bySecond;
  }

  /** Returns the maximum number of these sorted times within any period of one second. */
  static int peak(long[] nanos) {
    int peak = 0;
    int first = 0;
    for (int last = 0; last < nanos.length; last++) {
      while (nanos[last] - nanos[first] >= SECOND_NANOS) {
        first++;
      }
      peak = Math.max(peak, last - first + 1);
    }
    return peak;
  }
}
