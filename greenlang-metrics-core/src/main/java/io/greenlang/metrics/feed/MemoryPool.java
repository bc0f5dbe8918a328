package io.greenlang.metrics.feed;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Direct memory for rings, in powers of two.
 *
 * <p>Direct buffers that are left to the garbage collector pile up when there is little other
 * garbage, which is just what a server of ready-made frames has. So they are given back here. The
 * pool keeps at most {@value #MAX_IDLE_BYTES} bytes that nobody uses and leaves the rest to the
 * collector. How much there is at all is the JVM's to say ({@code -XX:MaxDirectMemorySize}): where
 * that is used up, there is none, and the log says so once a minute. Any thread.
 */
final class MemoryPool {

  private static final Logger log = LoggerFactory.getLogger(MemoryPool.class);

  static final int MIN_CAPACITY = 2 * 1024;

  private static final long MAX_IDLE_BYTES = 32L * 1024 * 1024;

  /** Index n holds buffers of 2^n bytes. */
  private final ArrayDeque<ByteBuffer>[] idle;

  private final IntFunction<ByteBuffer> allocator;
  private long idleBytes;
  private long refused;
  private final OnceAMinute complaint = new OnceAMinute();

  MemoryPool() {
    this(ByteBuffer::allocateDirect);
  }

  /** A pool of another kind of memory, or of less. */
  MemoryPool(IntFunction<ByteBuffer> allocator) {
    this.allocator = allocator;
    @SuppressWarnings({"unchecked", "rawtypes"}) // generic arrays cannot be made otherwise
    ArrayDeque<ByteBuffer>[] bySize = new ArrayDeque[Integer.SIZE];
    for (int i = 0; i < bySize.length; i++) {
      bySize[i] = new ArrayDeque<>();
    }
    this.idle = bySize;
  }

  /**
   * A buffer with room for at least {@code bytes}; null if there is no memory. What it holds is
   * left from before.
   */
  @Nullable ByteBuffer take(int bytes) {
    int exponent = exponent(Math.max(bytes, MIN_CAPACITY));
    synchronized (this) {
      ByteBuffer reused = idle[exponent].pollLast();
      if (reused != null) {
        idleBytes -= reused.capacity();
        return reused;
      }
    }
    try {
      return allocator.apply(1 << exponent);
    } catch (OutOfMemoryError e) {
      complain(1 << exponent, e);
      return null;
    }
  }

  private synchronized void complain(int bytes, OutOfMemoryError cause) {
    refused++;
    if (complaint.isDue(System.nanoTime())) {
      log.error(
          "no direct memory for {} bytes of frames, {} times so far: clients of that feed get the"
              + " newest values and are told what they missed; raise -XX:MaxDirectMemorySize, or"
              + " have fewer different subscriptions",
          bytes,
          refused,
          cause);
    }
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
