package io.greenlang.metrics.websocket.internal.columnar;

import io.greenlang.metrics.internal.frame.FrameBuffer;

/** The column of series ids: runs of consecutive ids, or a bitmap, whichever is shorter. */
final class SeriesColumn {

  private final FrameBuffer runs = new FrameBuffer();

  /**
   * Appends the ids of the metrics, in their order.
   *
   * @param known the number of series in the dictionary
   */
  void write(int[] ids, int count, int known, FrameBuffer out) {
    int runCount = collectRuns(ids, count);
    int bitmapBytes = (known + Byte.SIZE - 1) / Byte.SIZE;
    if (runs.length() > bitmapBytes && isAscending(ids, count)) {
      out.putVarInt(0);
      writeBitmap(ids, count, bitmapBytes, out);
    } else {
      out.putVarInt(runCount);
      out.put(runs, 0, runs.length());
    }
  }

  private int collectRuns(int[] ids, int count) {
    runs.clear();
    int runCount = 0;
    int expected = 0;
    int first = 0;
    while (first < count) {
      int end = endOfRun(ids, first, count);
      runs.putSignedVarInt(ids[first] - expected);
      runs.putVarInt(end - first - 1);
      expected = ids[end - 1] + 1;
      first = end;
      runCount++;
    }
    return runCount;
  }

  private static int endOfRun(int[] ids, int first, int count) {
    int end = first + 1;
    while (end < count && ids[end] == ids[end - 1] + 1) {
      end++;
    }
    return end;
  }

  private static boolean isAscending(int[] ids, int count) {
    for (int i = 1; i < count; i++) {
      if (ids[i] <= ids[i - 1]) {
        return false;
      }
    }
    return true;
  }

  private static void writeBitmap(int[] ids, int count, int bytes, FrameBuffer out) {
    int next = 0;
    for (int i = 0; i < bytes; i++) {
      int bits = 0;
      while (next < count && ids[next] / Byte.SIZE == i) {
        bits |= 1 << ids[next++] % Byte.SIZE;
      }
      out.put(bits);
    }
  }
}
