package io.greenlang.metrics.redis;

import java.util.Map;
import java.util.TreeMap;

/** Sequences, which come in long runs. One thread. */
final class SequenceRanges {

  /** First and last of each run. */
  private final TreeMap<Long, Long> runs = new TreeMap<>();

  void add(long sequence) {
    Map.Entry<Long, Long> before = runs.floorEntry(sequence);
    if (before != null && before.getValue() >= sequence - 1) {
      runs.put(before.getKey(), Math.max(before.getValue(), sequence));
    } else {
      runs.put(sequence, sequence);
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
