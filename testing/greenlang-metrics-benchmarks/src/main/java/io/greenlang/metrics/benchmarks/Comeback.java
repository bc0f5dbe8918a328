package io.greenlang.metrics.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What clients saw while they came back: when each was let in and when it had resumed, who was
 * refused, and whether anything was lost. Times are {@link System#nanoTime}. For the one thread
 * that reads the sockets.
 */
final class Comeback {

  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final double NANOS = 1e9;

  private final List<Long> letIn = new ArrayList<>();
  private final long[] resumed;

  /** Answers other than an upgrade, by their first line. */
  final Map<String, Integer> refusals = new TreeMap<>();

  int resumedCount;

  /** Of those that resumed, those that were told that nothing is missing. */
  int recovered;

  /** Publications that a client should have had and did not get, or got twice. */
  long missed;

  long repeated;

  /** Attempts and connections, at the other instance, that ended otherwise. */
  int lostAgain;

  @Nullable String firstError;

  Comeback(int clients) {
    this.resumed = new long[clients];
  }

  /** A client's handshake has succeeded. */
  void letIn(long nanos) {
    letIn.add(nanos);
  }

  /** A client is back: once for each. */
  void resumed(long nanos, boolean withoutLoss) {
    resumed[resumedCount++] = nanos;
    recovered += withoutLoss ? 1 : 0;
  }

  void refused(String firstLine) {
    refusals.merge(firstLine, 1, Integer::sum);
  }

  void error(String text) {
    lostAgain++;
    if (firstError == null) {
      firstError = text;
    }
  }

  boolean complete() {
    return resumedCount == resumed.length;
  }

  /** Seconds from {@code begin} until that share of the clients had resumed. */
  double secondsUntilResumed(double share, long begin) {
    int index = Math.max(0, (int) Math.ceil(share * resumedCount) - 1);
    return resumedCount == 0 ? Double.NaN : (resumed[index] - begin) / NANOS;
  }

  /** The most clients that were let in in any second, wherever it begins. */
  int peakLetIn() {
    return peak(letIn.stream().mapToLong(Long::longValue).toArray());
  }

  /** How many were let in in each second from {@code begin} on. */
  List<Integer> letInBySecond(long begin) {
    List<Integer> bySecond = new ArrayList<>();
    for (long nanos : letIn) {
      int second = (int) ((nanos - begin) / SECOND_NANOS);
      while (bySecond.size() <= second) {
        bySecond.add(0);
      }
      bySecond.set(second, bySecond.get(second) + 1);
    }
    return bySecond;
  }

  /** The most of these moments, in order, that lie within one second. */
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
