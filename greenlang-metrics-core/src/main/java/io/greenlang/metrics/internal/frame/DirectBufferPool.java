package io.greenlang.metrics.internal.frame;

import io.greenlang.metrics.internal.util.LogThrottle;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool of direct buffers for rings, with capacities that are powers of two.
 *
 * <p>Direct buffers that are left to the garbage collector accumulate when there is little other
 * garbage, which is typical of a server of pre-encoded frames. Rings therefore return their buffers
 * to this pool. It retains at most {@value #MAX_IDLE_BYTES} idle bytes and leaves the rest to the
 * collector.
 *
 * <p>The JVM limits the total ({@code -XX:MaxDirectMemorySize}). If that is exhausted, the pool
 * provides no buffer and logs an error once per minute. May be used on any thread.
 */
public final class DirectBufferPool {

  private static final Logger log = LoggerFactory.getLogger(DirectBufferPool.class);

  static final int MIN_CAPACITY = 2 * 1024;

  private static final long MAX_IDLE_BYTES = 32L * 1024 * 1024;

  /** Buffers of 2^n bytes are at index n. */
  private final ArrayDeque<ByteBuffer>[] idle;

  private final IntFunction<ByteBuffer> allocator;
  private long idleBytes;
  private long failures;
  private final LogThrottle logThrottle = new LogThrottle();

  /** Creates an empty pool of direct memory. */
  public DirectBufferPool() {
    this(ByteBuffer::allocateDirect);
  }

  /** Creates a pool of another kind of memory, or of less. */
  DirectBufferPool(IntFunction<ByteBuffer> allocator) {
    this.allocator = allocator;
    @SuppressWarnings({"unchecked", "rawtypes"}) // generic arrays cannot be made otherwise
    ArrayDeque<ByteBuffer>[] bySize = new ArrayDeque[Integer.SIZE];
    for (int i = 0; i < bySize.length; i++) {
      bySize[i] = new ArrayDeque<>();
    }
    this.idle = bySize;
  }

  /**
   * Returns a buffer with a capacity of at least {@code bytes}; null if no memory is available. Its
   * contents are undefined.
   */
  @Nullable ByteBuffer acquire(int bytes) {
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
      logFailure(1 << exponent, e);
      return null;
    }
  }

  private synchronized void logFailure(int bytes, OutOfMemoryError cause) {
    failures++;
    if (logThrottle.tryAcquire(System.nanoTime())) {
      log.error(
          "Failed to allocate {} bytes of direct memory for frames, {} times so far; clients of the"
              + " feed receive latest values and the number of missed metrics. Raise"
              + " -XX:MaxDirectMemorySize, or use fewer distinct subscriptions",
          bytes,
          failures,
          cause);
    }
  }

  /** Returns a buffer to the pool. The caller must not use it afterwards. */
  synchronized void release(ByteBuffer buffer) {
    if (idleBytes + buffer.capacity() <= MAX_IDLE_BYTES) {
      idleBytes += buffer.capacity();
      idle[exponent(buffer.capacity())].addLast(buffer);
    }
  }

  private static int exponent(int bytes) {
    if (bytes > 1 << 30) {
      throw new IllegalArgumentException(
          "the frames of one publication have " + bytes + " bytes; the maximum is " + (1 << 30));
    }
    return Integer.SIZE - Integer.numberOfLeadingZeros(bytes - 1);
  }
}
