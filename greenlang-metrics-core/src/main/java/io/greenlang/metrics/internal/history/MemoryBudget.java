package io.greenlang.metrics.internal.history;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory budget that the histories of all channels of a hub share: its limit and its current
 * use. Any thread.
 */
public final class MemoryBudget {

  /** The memory of the readers' cache, as a share of that of the histories. */
  private static final int CACHE_SHARE = 8;

  private final long maxBytes;
  private final AtomicLong usedBytes = new AtomicLong();
  private final ReaderCache readerCache;

  /**
   * Creates a budget of which nothing is used. Beside it, the readers of the histories share a
   * cache of an eighth of the limit.
   *
   * @param maxBytes the limit, in bytes
   */
  public MemoryBudget(long maxBytes) {
    this(maxBytes, maxBytes / CACHE_SHARE);
  }

  /**
   * Creates a budget of which nothing is used.
   *
   * @param maxBytes the limit, in bytes
   * @param maxCacheBytes the limit of the readers' cache, in bytes
   */
  MemoryBudget(long maxBytes, long maxCacheBytes) {
    this.maxBytes = maxBytes;
    this.readerCache = new ReaderCache(maxCacheBytes);
  }

  /** Returns the cache that all readers share. */
  ReaderCache readerCache() {
    return readerCache;
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
