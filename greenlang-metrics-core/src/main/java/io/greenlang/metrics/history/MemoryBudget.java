package io.greenlang.metrics.history;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory budget that the histories of all channels of a hub share: its limit and its current
 * use. Any thread.
 */
public final class MemoryBudget {

  private final long maxBytes;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * Creates a budget of which nothing is used.
   *
   * @param maxBytes the limit, in bytes
   */
  public MemoryBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Returns the approximate number of bytes in use. */
  public long bytes() {
    return bytes.get();
  }

  void takes(long moreBytes) {
    bytes.addAndGet(moreBytes);
  }

  boolean isExceeded() {
    return bytes.get() > maxBytes;
  }
}
