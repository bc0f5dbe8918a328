package io.greenlang.metrics.internal.history;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One tier of a channel's history: its limits, its current size, and how far back it reaches. All
 * methods run under the channel's lock, except {@link #retainedFromMillis} and {@link
 * #retainedAfterPublication}, which any thread may call.
 *
 * <p>Chunks are evicted in the order in which they were sealed, which is approximately the order of
 * their age.
 */
final class TierStore {

  /** How far the recorded end of a sealed chunk may lie after the time of the last expiry. */
  private static final long SLACK_MILLIS = 10 * 60_000;

  /** The number of entries that justify the overhead of a chunk that is sealed early. */
  private static final int MIN_EARLY_ENTRIES = 8;

  private static final class Sealed {
    final ChunkList<?> list;
    final Chunk chunk;

    /** The time, by a correct clock, at and after which no entry counts. */
    long endMillis;

    Sealed(ChunkList<?> list, Chunk chunk, long endMillis) {
      this.list = list;
      this.chunk = chunk;
      this.endMillis = endMillis;
    }
  }

  private final long retentionMillis;
  private final long maxBytes;
  private final MemoryBudget budget;
  private final Deque<Sealed> sealed = new ArrayDeque<>();
  private long bytes;

  /** The memory of the sealed chunks, which is part of {@link #bytes}. */
  private long sealedBytes;

  private long entries;
  private long evictedCount;

  /** The time of the last expiry. */
  private long expiredMillis = Long.MAX_VALUE - SLACK_MILLIS;

  /** Every entry that counts from this time on is retained. */
  private volatile long fromMillis = Long.MIN_VALUE;

  /** Every entry that was published after this publication is retained. */
  private volatile long retainedAfterPublication;

  TierStore(long retentionMillis, long maxBytes, MemoryBudget budget) {
    this.retentionMillis = retentionMillis;
    this.maxBytes = maxBytes;
    this.budget = budget;
  }

  /**
   * Records an added entry and the {@code moreBytes} it takes, and evicts old chunks if the tier
   * exceeds its limits.
   */
  void onEntryAdded(int moreBytes) {
    addBytes(moreBytes);
    entries++;
    boolean evicted = true;
    while (evicted && exceedsLimits()) {
      evicted = evictOldest();
    }
  }

  /**
   * Returns whether a chunk should be sealed: if it is full, or if it has some entries and chunks
   * that accept entries take most of the memory. Without the second rule the chunks of very many
   * series would grow at once until they fill the tier, with no sealed chunk to evict.
   */
  boolean shouldSeal(Chunk chunk) {
    return chunk.isFull() || (chunk.count() >= MIN_EARLY_ENTRIES && isMostlyOpen());
  }

  private boolean isMostlyOpen() {
    long openBytes = bytes - sealedBytes;
    return 2 * openBytes > maxBytes || (budget.isExceeded() && 2 * openBytes > bytes);
  }

  /**
   * Evicts the older entries of a series if the tier is full. The latest entries are then retained
   * even if no other chunk is sealed.
   *
   * @param list the chunks of the series
   */
  <C extends Chunk> void evictForNext(ChunkList<C> list) {
    C growing = list.growing();
    if (growing != null && isFull()) {
      seal(list, growing);
      evictOldest();
    }
  }

  /** Returns whether the tier exceeds its limits although no sealed chunk is left to evict. */
  boolean isFull() {
    return exceedsLimits() && sealed.isEmpty();
  }

  /** Records that nothing is retained before this point. */
  void markStart(long startMillis, long afterPublication) {
    raiseRetainedFrom(startMillis, afterPublication);
  }

  /** Records an entry that was discarded because the tier is full. */
  void onEntryDiscarded(long endMillis, long publicationId) {
    evictedCount++;
    raiseRetainedFrom(endMillis, publicationId);
  }

  /** Seals a chunk, which can be evicted from now on. */
  void seal(ChunkList<?> list, Chunk chunk) {
    int oldBytes = chunk.bytes();
    list.seal();
    chunk.seal();
    addBytes(chunk.bytes() - oldBytes);
    sealedBytes += chunk.bytes();
    long endMillis = Math.min(chunk.endMillis(), expiredMillis + SLACK_MILLIS);
    sealed.addLast(new Sealed(list, chunk, endMillis));
  }

  /** Evicts expired chunks. */
  void evictExpired(long nowMillis) {
    if (nowMillis < expiredMillis) {
      correctFutureTimes(nowMillis);
    }
    expiredMillis = nowMillis;
    Sealed oldest = sealed.peekFirst();
    while (oldest != null && oldest.endMillis < nowMillis - retentionMillis) {
      evictOldest();
      oldest = sealed.peekFirst();
    }
  }

  /**
   * Corrects times that were recorded while the clock was ahead. Otherwise chunks that end in the
   * future would never expire and would block the eviction of later chunks. The tier would also
   * look empty until that time.
   */
  private void correctFutureTimes(long nowMillis) {
    sealed.forEach(each -> each.endMillis = Math.min(each.endMillis, nowMillis));
    fromMillis = Math.min(fromMillis, nowMillis);
  }

  /** Returns the time from which every entry is retained, in epoch milliseconds. */
  long retainedFromMillis() {
    return fromMillis;
  }

  /** Returns the publication after which every entry is retained. */
  long retainedAfterPublication() {
    return retainedAfterPublication;
  }

  long bytes() {
    return bytes;
  }

  long entries() {
    return entries;
  }

  long evicted() {
    return evictedCount;
  }

  private boolean evictOldest() {
    Sealed oldest = sealed.pollFirst();
    if (oldest == null) {
      return false;
    }
    Chunk chunk = oldest.chunk;
    // Update the bounds before the removal, because readers take a snapshot first and check the
    // bounds afterwards.
    raiseRetainedFrom(oldest.endMillis, chunk.lastPublicationId());
    oldest.list.remove(chunk);
    chunk.onEvicted();
    addBytes(-chunk.bytes());
    sealedBytes -= chunk.bytes();
    entries -= chunk.count();
    evictedCount += chunk.count();
    return true;
  }

  private boolean exceedsLimits() {
    return bytes > maxBytes || budget.isExceeded();
  }

  private void addBytes(int moreBytes) {
    bytes += moreBytes;
    budget.addUsed(moreBytes);
  }

  private void raiseRetainedFrom(long endMillis, long publicationId) {
    fromMillis = Math.max(fromMillis, endMillis);
    retainedAfterPublication = Math.max(retainedAfterPublication, publicationId);
  }
}
