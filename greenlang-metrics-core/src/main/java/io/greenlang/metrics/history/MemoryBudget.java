package io.greenlang.metrics.history;

import java.util.concurrent.atomic.AtomicLong;

/** What the history of all channels of a hub may take together, and takes. Any thread. */
public final class MemoryBudget {

  private final long maxBytes;
  private final AtomicLong bytes = new AtomicLong();

  /** Nothing taken yet. */
  public MemoryBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** How much memory is taken, about. */
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
