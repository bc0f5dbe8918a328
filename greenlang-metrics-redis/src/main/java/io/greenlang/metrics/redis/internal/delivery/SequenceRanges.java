package io.greenlang.metrics.redis.internal.delivery;

import java.util.Map;
import java.util.TreeMap;

/**
 * A bounded set of delivered sequences, stored as runs because they are mostly consecutive. One
 * thread.
 *
 * <p>The sequences between two runs were dropped before anyone received them: this instance
 * published faster than it could deliver, while Redis was unavailable. They are not in the log
 * either, and were reported as lost. When there are too many runs, the oldest two are therefore
 * merged: two minutes of that would leave a million gaps.
 */
final class SequenceRanges {

  /** The number of runs above which the oldest are merged. */
  static final int MAX_RUNS = 1_024;

  /** The last sequence of each run, by its first. */
  private final TreeMap<Long, Long> runs = new TreeMap<>();

  /** Adds a sequence. */
  void add(long publisherSequence) {
    Map.Entry<Long, Long> preceding = runs.floorEntry(publisherSequence);
    if (preceding != null && preceding.getValue() >= publisherSequence - 1) {
      runs.put(preceding.getKey(), Math.max(preceding.getValue(), publisherSequence));
    } else {
      runs.put(publisherSequence, publisherSequence);
      while (runs.size() > MAX_RUNS) {
        Map.Entry<Long, Long> oldest = runs.pollFirstEntry();
        runs.put(oldest.getKey(), runs.pollFirstEntry().getValue());
      }
    }
  }

  /** Returns whether a sequence was added, or lies in a merged run. */
  boolean contains(long publisherSequence) {
    Map.Entry<Long, Long> run = runs.floorEntry(publisherSequence);
    return run != null && run.getValue() >= publisherSequence;
  }

  /** Removes the runs that end before a sequence. */
  void removeBefore(long publisherSequence) {
    while (!runs.isEmpty() && runs.firstEntry().getValue() < publisherSequence) {
      runs.pollFirstEntry();
    }
  }

  /** Returns the number of runs. */
  int runs() {
    return runs.size();
  }
}
