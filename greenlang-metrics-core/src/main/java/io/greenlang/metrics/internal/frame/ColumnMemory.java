package io.greenlang.metrics.internal.frame;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The budget of memory for what column encoders know of their readers: the series, and the latest
 * numbers of each. A subject can have hundreds of views of a channel with many series, so this
 * memory is limited for all views of a hub together. Any thread.
 */
public final class ColumnMemory {

  /** The budget is this part of the heap. */
  private static final int HEAP_PART = 16;

  private final long maxBytes;
  private final AtomicLong usedBytes = new AtomicLong();

  /** Creates a budget of this size. */
  public ColumnMemory(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Creates a budget that is a part of the heap. */
  static ColumnMemory ofHeap() {
    return new ColumnMemory(Runtime.getRuntime().maxMemory() / HEAP_PART);
  }

  /** Reserves memory; returns false if that would exceed the budget. */
  public boolean tryReserve(long bytes) {
    if (usedBytes.addAndGet(bytes) <= maxBytes) {
      return true;
    }
    release(bytes);
    return false;
  }

  /** Returns reserved memory. */
  public void release(long bytes) {
    usedBytes.addAndGet(-bytes);
  }

  /** Returns the bytes in use. */
  public long usedBytes() {
    return usedBytes.get();
  }
}
