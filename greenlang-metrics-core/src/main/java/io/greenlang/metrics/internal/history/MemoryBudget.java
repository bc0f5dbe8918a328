package io.greenlang.metrics.internal.history;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory budget that the histories of all channels of a hub share: its limit and its current
 * use. Any thread.
 */
public final class MemoryBudget {

  private final long maxBytes;
  private final AtomicLong usedBytes = new AtomicLong();

  /**
   * Creates a budget of which nothing is used.
   *
   * @param maxBytes the limit, in bytes
   */
  public MemoryBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Returns the approximate number of bytes in use. */
  public long usedBytes() {
    return usedBytes.get();
  }

  void addUsed(long moreBytes) {
    usedBytes.addAndGet(moreBytes);
  }

  boolean isExceeded() {
    return usedBytes.get() > maxBytes;
  }
}
