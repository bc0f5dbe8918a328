package io.greenlang.metrics.websocket.internal.columnar;

import io.greenlang.metrics.internal.frame.FrameBuffer;

/**
 * The column of timestamps. The first one is a second-order difference: publications follow each
 * other at a nearly constant interval. The others are the differences between metrics, which are
 * few, because most metrics of a publication have the same timestamp.
 */
final class TimeColumn {

  private long first;
  private long interval;

  /** Forgets the earlier publications. */
  void clear() {
    first = 0;
    interval = 0;
  }

  /**
   * Appends the timestamps of the metrics, in epoch milliseconds.
   *
   * @param isKey whether the first timestamp is absolute; the next interval then counts from 0
   */
  void write(long[] times, int count, boolean isKey, FrameBuffer out) {
    long difference = times[0] - first;
    out.putSignedVarInt(difference - interval);
    interval = isKey ? 0 : difference;
    first = times[0];
    writeChanges(times, count, out);
  }

  private static void writeChanges(long[] times, int count, FrameBuffer out) {
    int changes = 0;
    for (int i = 1; i < count; i++) {
      changes += times[i] == times[i - 1] ? 0 : 1;
    }
    out.putVarInt(changes);
    int previous = 0;
    for (int i = 1; i < count; i++) {
      if (times[i] != times[i - 1]) {
        out.putVarInt(i - previous - 1);
        out.putSignedVarInt(times[i] - times[i - 1]);
        previous = i;
      }
    }
  }
}
