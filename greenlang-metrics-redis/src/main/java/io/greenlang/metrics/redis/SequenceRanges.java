package io.greenlang.metrics.redis;

import java.util.Map;
import java.util.TreeMap;

/**
 * Sequences that were handed over, which come in long runs. One thread.
 *
 * <p>What lies between two runs had to go before anybody had it: this instance published faster
 * than it could deliver, with Redis away. It is not in the log either, and it was told. So when the
 * runs become many, the oldest two are taken for one: two minutes of that tell of a million gaps.
 */
final class SequenceRanges {

  /** More of them need not be told apart. */
  static final int MAX_RUNS = 1_024;

  /** First and last of each run. */
  private final TreeMap<Long, Long> runs = new TreeMap<>();

  void add(long sequence) {
    Map.Entry<Long, Long> before = runs.floorEntry(sequence);
    if (before != null && before.getValue() >= sequence - 1) {
      runs.put(before.getKey(), Math.max(before.getValue(), sequence));
    } else {
      runs.put(sequence, sequence);
      while (runs.size() > MAX_RUNS) {
        Map.Entry<Long, Long> oldest = runs.pollFirstEntry();
        runs.put(oldest.getKey(), runs.pollFirstEntry().getValue());
      }
    }
  }

  boolean contains(long sequence) {
    Map.Entry<Long, Long> run = runs.floorEntry(sequence);
    return run != null && run.getValue() >= sequence;
  }

  /** Forgets the runs that end before it. */
  void forgetBefore(long sequence) {
    while (!runs.isEmpty() && runs.firstEntry().getValue() < sequence) {
      runs.pollFirstEntry();
    }
  }

  int runs() {
    return runs.size();
  }
}
