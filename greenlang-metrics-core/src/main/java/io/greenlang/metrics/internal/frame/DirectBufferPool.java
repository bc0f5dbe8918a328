package io.greenlang.metrics.internal.frame;

import io.greenlang.metrics.internal.util.Deques;
import io.greenlang.metrics.internal.util.LogThrottle;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.Stream;
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
 * <p>All buffers in use are within the {@link FeedMemory}. {@link #acquire} never allocates direct
 * memory: that can wait half a second for a garbage collection, and publishers wait for the channel
 * lock. If no buffer is idle, it provides one on the heap, and {@link #refill} allocates direct
 * ones for the next time. May be used on any thread.
 */
public final class DirectBufferPool {

  private static final Logger log = LoggerFactory.getLogger(DirectBufferPool.class);

  static final int MIN_CAPACITY = 2 * 1024;

  private static final long MAX_IDLE_BYTES = 32L * 1024 * 1024;

  /** How long no direct memory is allocated after a failure, which takes half a second. */
  private static final long RETRY_NANOS = 10_000_000_000L;

  /** Longer entries are rare; their buffers stay on the heap. */
  private static final int MAX_REFILLED_CAPACITY = 1 << 20;

  /** Buffers of 2^n bytes are at index n. */
  private final List<ArrayDeque<ByteBuffer>> idle;

  private final IntFunction<ByteBuffer> allocator;
  private final IntFunction<ByteBuffer> heapAllocator;
  private final FeedMemory memory;
  private long idleBytes;

  /** The number of buffers of 2^n bytes that were missing since the last refill, at index n. */
  private final int[] missing = new int[Integer.SIZE];

  private long failures;

  /** The time of the last failure, in monotonic nanoseconds. */
  private long failedNanos = System.nanoTime() - RETRY_NANOS;

  private final LogThrottle logThrottle = new LogThrottle();

  /** The number of failures to allocate heap that are not logged yet. */
  private final AtomicLong heapFailures = new AtomicLong();

  private final LogThrottle heapThrottle = new LogThrottle();

  /** Creates an empty pool of direct memory. */
  public DirectBufferPool(FeedMemory memory) {
    this(memory, ByteBuffer::allocateDirect, ByteBuffer::allocate);
  }

  /** Creates a pool of other kinds of memory. */
  DirectBufferPool(
      FeedMemory memory, IntFunction<ByteBuffer> allocator, IntFunction<ByteBuffer> heapAllocator) {
    this.memory = memory;
    this.allocator = allocator;
    this.heapAllocator = heapAllocator;
    this.idle = Stream.generate(ArrayDeque<ByteBuffer>::new).limit(Integer.SIZE).toList();
  }

  /** Returns the budget of the buffers in use. */
  public FeedMemory memory() {
    return memory;
  }

  /** Returns the capacity of the buffer that {@link #acquire} provides. */
  static int capacity(int bytes) {
    return 1 << exponent(Math.max(bytes, MIN_CAPACITY));
  }

  /**
   * Returns a buffer with a capacity of at least {@code bytes}; null if the budget does not allow
   * it, or if the heap has no memory for it. Its contents are undefined. Allocates no direct
   * memory.
   */
  @Nullable ByteBuffer acquire(int bytes) {
    int capacity = capacity(bytes);
    if (!memory.tryReserve(capacity)) {
      return null;
    }
    int exponent = exponent(capacity);
    synchronized (this) {
      ByteBuffer reused = idle.get(exponent).pollLast();
      if (reused != null) {
        idleBytes -= reused.capacity();
        return reused;
      }
      missing[exponent]++;
    }
    return allocateOnHeap(capacity);
  }

  private @Nullable ByteBuffer allocateOnHeap(int capacity) {
    try {
      return heapAllocator.apply(capacity);
    } catch (OutOfMemoryError e) {
      memory.release(capacity);
      heapFailures.incrementAndGet(); // publishers wait: refill() logs it
      return null;
    }
  }

  /**
   * Allocates the direct buffers that were missing since the last call. May wait for a garbage
   * collection: never called under a lock that publishers acquire.
   */
  public void refill() {
    logHeapFailures();
    for (int exponent = 0; 1 << exponent <= MAX_REFILLED_CAPACITY; exponent++) {
      for (int count = pollMissing(exponent); count > 0; count--) {
        ByteBuffer added = allocate(1 << exponent);
        if (added == null) {
          return;
        }
        retain(added);
      }
    }
  }

  private synchronized int pollMissing(int exponent) {
    int count = missing[exponent];
    missing[exponent] = 0;
    if (System.nanoTime() - failedNanos < RETRY_NANOS) {
      return 0;
    }
    return (int) Math.min(count, (MAX_IDLE_BYTES - idleBytes) >> exponent);
  }

  private @Nullable ByteBuffer allocate(int bytes) {
    try {
      return allocator.apply(bytes);
    } catch (OutOfMemoryError e) {
      logFailure(bytes, e);
      return null;
    }
  }

  private void logHeapFailures() {
    long count = heapFailures.get();
    if (count > 0 && heapThrottle.tryAcquire(System.nanoTime())) {
      heapFailures.addAndGet(-count);
      log.error(
          "Failed to allocate heap for frames {} times; feeds have discarded their frames. Raise"
              + " -Xmx",
          count);
    }
  }

  private void logFailure(int bytes, OutOfMemoryError cause) {
    long count = countFailure();
    if (logThrottle.tryAcquire(System.nanoTime())) {
      log.error(
          "Failed to allocate {} bytes of direct memory for frames, {} times so far; using the heap"
              + " instead. Raise -XX:MaxDirectMemorySize",
          bytes,
          count,
          cause);
    }
  }

  private synchronized long countFailure() {
    failedNanos = System.nanoTime();
    return ++failures;
  }

  /** Returns a buffer to the pool. The caller must not use it afterwards. */
  void release(ByteBuffer buffer) {
    memory.release(buffer.capacity());
    if (buffer.isDirect()) {
      retain(buffer);
    }
  }

  private synchronized void retain(ByteBuffer buffer) {
    if (idleBytes + buffer.capacity() > MAX_IDLE_BYTES) {
      return;
    }
    try {
      Deques.addLast(idle.get(exponent(buffer.capacity())), buffer);
      idleBytes += buffer.capacity();
    } catch (OutOfMemoryError e) {
      heapFailures.incrementAndGet(); // the list cannot grow; the collector frees the buffer
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
