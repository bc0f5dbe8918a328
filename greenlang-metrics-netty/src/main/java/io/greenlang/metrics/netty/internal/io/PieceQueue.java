package io.greenlang.metrics.netty.internal.io;

import io.greenlang.metrics.frame.SharedFrames;
import java.util.Arrays;

/**
 * The bytes of shared frames that one connection sends, in order. It owns a reference to the frames
 * of each piece until the bytes are sent or discarded. Adjacent frames of one memory are one piece.
 * It allocates only when more pieces wait than ever before. Confined to the I/O thread.
 */
final class PieceQueue {

  private static final SharedFrames[] NONE = {};

  private SharedFrames[] frames = NONE;
  private int[] starts = {};
  private int[] ends = {};
  private int count;
  private long bytes;

  int count() {
    return count;
  }

  /** Returns the number of bytes in all pieces. */
  long bytes() {
    return bytes;
  }

  SharedFrames frames(int piece) {
    return frames[piece];
  }

  int start(int piece) {
    return starts[piece];
  }

  int length(int piece) {
    return ends[piece] - starts[piece];
  }

  /** Returns whether the memory of a piece is on the heap. */
  boolean isHeap(int piece) {
    return !frames[piece].bytes().isDirect();
  }

  /** Adds bytes, and takes over the reference to their frames. */
  void add(SharedFrames added, int from, int to) {
    bytes += to - from;
    if (count > 0 && frames[count - 1] == added && ends[count - 1] == from) {
      ends[count - 1] = to;
      added.release();
      return;
    }
    if (count == frames.length) {
      grow();
    }
    frames[count] = added;
    starts[count] = from;
    ends[count++] = to;
  }

  private void grow() {
    int capacity = Math.max(MessageHeaders.MAX_PIECES, 2 * count);
    frames = Arrays.copyOf(frames, capacity);
    starts = Arrays.copyOf(starts, capacity);
    ends = Arrays.copyOf(ends, capacity);
  }

  /** Removes bytes that were sent, and releases the frames that have no others. */
  void remove(int sent) {
    int rest = sent;
    int done = 0;
    while (done < count && rest >= length(done)) {
      rest -= length(done++);
    }
    if (done < count) {
      starts[done] += rest;
    }
    bytes -= sent;
    release(done);
  }

  /** Discards everything. */
  void clear() {
    bytes = 0;
    release(count);
  }

  private void release(int pieces) {
    for (int i = 0; i < pieces; i++) {
      frames[i].release();
    }
    int kept = count - pieces;
    System.arraycopy(frames, pieces, frames, 0, kept);
    System.arraycopy(starts, pieces, starts, 0, kept);
    System.arraycopy(ends, pieces, ends, 0, kept);
    Arrays.fill(frames, kept, count, null);
    count = kept;
  }
}
