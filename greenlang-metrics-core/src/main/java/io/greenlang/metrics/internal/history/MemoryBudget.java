package io.greenlang.metrics.internal.history;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory budget that the histories of all channels of a hub share: its limit and its current
 * use. Any thread.
 */
public final class MemoryBudget {

  /** The memory for decoded samples, as a share of that of the histories. */
  private static final int DECODED_SHARE = 8;

  private final long maxBytes;
  private final AtomicLong usedBytes = new AtomicLong();
  private final DecodedSamples.Cache decodedSamples;

  /**
   * Creates a budget of which nothing is used. Beside it, the readers of the histories share a
   * cache of decoded samples of an eighth of the limit.
   *
   * @param maxBytes the limit, in bytes
   */
  public MemoryBudget(long maxBytes) {
    this(maxBytes, maxBytes / DECODED_SHARE);
  }

  /**
   * Creates a budget of which nothing is used.
   *
   * @param maxBytes the limit, in bytes
   * @param maxDecodedBytes the limit of the cache of decoded samples, in bytes
   */
  MemoryBudget(long maxBytes, long maxDecodedBytes) {
    this.maxBytes = maxBytes;
    this.decodedSamples = new DecodedSamples.Cache(maxDecodedBytes);
  }

  /** Returns the cache of decoded samples. */
  DecodedSamples.Cache decodedSamples() {
    return decodedSamples;
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
