package io.greenlang.metrics.feed;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Direct memory for rings, in powers of two.
 *
 * <p>Direct buffers that are left to the garbage collector pile up when there is little other
 * garbage, which is just what a server of ready-made frames has. So they are given back here. The
 * pool keeps at most {@value #MAX_IDLE_BYTES} bytes that nobody uses and leaves the rest to the
 * collector. Any thread.
 */
final class MemoryPool {

  static final int MIN_CAPACITY = 2 * 1024;

  private static final long MAX_IDLE_BYTES = 32L * 1024 * 1024;

  /** Index n holds buffers of 2^n bytes. */
  private final ArrayDeque<ByteBuffer>[] idle;

  private long idleBytes;

  MemoryPool() {
    @SuppressWarnings({"unchecked", "rawtypes"}) // generic arrays cannot be made otherwise
    ArrayDeque<ByteBuffer>[] bySize = new ArrayDeque[Integer.SIZE];
    for (int i = 0; i < bySize.length; i++) {
      bySize[i] = new ArrayDeque<>();
    }
    this.idle = bySize;
  }

  /** A buffer with room for at least {@code bytes}. What it holds is left from before. */
  ByteBuffer take(int bytes) {
    int exponent = exponent(Math.max(bytes, MIN_CAPACITY));
    synchronized (this) {
      ByteBuffer reused = idle[exponent].pollLast();
      if (reused != null) {
        idleBytes -= reused.capacity();
        return reused;
      }
    }
    return ByteBuffer.allocateDirect(1 << exponent);
  }

  /** Takes a buffer back. The caller must not touch it again. */
  synchronized void give(ByteBuffer buffer) {
    if (idleBytes + buffer.capacity() <= MAX_IDLE_BYTES) {
      idleBytes += buffer.capacity();
      idle[exponent(buffer.capacity())].addLast(buffer);
    }
  }

  private static int exponent(int bytes) {
    if (bytes > 1 << 30) {
      throw new IllegalArgumentException(
          bytes + " bytes of frames in one publication; at most " + (1 << 30));
    }
    return Integer.SIZE - Integer.numberOfLeadingZeros(bytes - 1);
  }
}
