package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.internal.util.Deques;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One tier of a channel's history: its limits, its current size, and how far back it reaches. All
 * methods run under the channel's lock, except {@link #retainedFromMillis}, {@link
 * #retainedAfterPublication} and {@link #closedUntilMillis}, which any thread may call.
 *
 * <p>Chunks are evicted in the order in which they were sealed, which is approximately the order of
 * their age.
 */
final class TierStore {

  /** How far the recorded end of a sealed chunk may lie after the time of the last expiry. */
  private static final long SLACK_MILLIS = 10 * 60_000;

  /** The number of entries that justify the overhead of a chunk that is sealed early. */
  private static final int MIN_EARLY_ENTRIES = 8;

  /**
   * A sealed chunk.
   *
   * @param number the number of chunks that were sealed before it
   * @param endMillis the time at and after which no entry counts, by the clock of that time
   */
  private record Sealed(ChunkList<?> list, Chunk chunk, long number, long endMillis) {}

  /**
   * The corrections of times that were recorded while the clock was ahead. Otherwise chunks that
   * end in the future would never expire and would block the eviction of later chunks. A correction
   * applies to the chunks that were sealed before it. It costs the same however many these are,
   * because it is applied to a chunk when that is the oldest one.
   */
  private static final class Corrections {

    /** The corrections that are kept; without the earliest, chunks expire later. */
    private static final int MAX_CORRECTIONS = 64;

    private record Correction(long sealedBefore, long millis) {}

    /** The corrections that no later one supersedes, so their times increase. */
    private final Deque<Correction> all = new ArrayDeque<>();

    void add(long sealedBefore, long millis) {
      Correction last = all.peekLast();
      while (last != null && last.millis() >= millis) {
        all.removeLast();
        last = all.peekLast();
      }
      Deques.addLast(all, new Correction(sealedBefore, millis));
      if (all.size() > MAX_CORRECTIONS) {
        all.removeFirst();
      }
    }

    /** Returns the corrected end of the oldest chunk. */
    long endMillis(Sealed oldest) {
      Correction first = all.peekFirst();
      while (first != null && first.sealedBefore() <= oldest.number()) {
        all.removeFirst();
        first = all.peekFirst();
      }
      return first == null ? oldest.endMillis() : Math.min(oldest.endMillis(), first.millis());
    }
  }

  private final long retentionMillis;
  private final long maxBytes;
  private final MemoryBudget budget;
  private final Deque<Sealed> sealed = new ArrayDeque<>();
  private final Corrections corrections = new Corrections();
  private long sealedCount;
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

  /** All windows that end at or before this time are added. */
  private volatile long closedUntilMillis = Long.MAX_VALUE;

  TierStore(long retentionMillis, long maxBytes, MemoryBudget budget) {
    this.retentionMillis = retentionMillis;
    this.maxBytes = maxBytes;
    this.budget = budget;
  }

  /** Records an added entry, and evicts old chunks if the tier exceeds its limits. */
  void onEntryAdded() {
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
    long endMillis = Math.min(chunk.endMillis(), expiredMillis + SLACK_MILLIS);
    // First: a sealed chunk that is not registered would never be evicted.
    Deques.addLast(sealed, new Sealed(list, chunk, sealedCount, endMillis));
    sealedCount++;
    int oldBytes = chunk.bytes();
    list.seal();
    chunk.seal();
    addBytes(chunk.bytes() - oldBytes);
    sealedBytes += chunk.bytes();
  }

  /**
   * Evicts at most {@code maxCount} expired chunks.
   *
   * @return false if others may have expired
   */
  boolean evictExpired(long nowMillis, int maxCount) {
    if (nowMillis < expiredMillis) {
      corrections.add(sealedCount, nowMillis);
      fromMillis = Math.min(fromMillis, nowMillis); // or the tier would look empty until then
    }
    expiredMillis = nowMillis;
    for (int i = 0; i < maxCount; i++) {
      Sealed oldest = sealed.peekFirst();
      if (oldest == null || corrections.endMillis(oldest) >= nowMillis - retentionMillis) {
        return true;
      }
      evictOldest();
    }
    return false;
  }

  /** Records that all windows that end at or before this time are added. */
  void markClosed(long untilMillis) {
    closedUntilMillis = untilMillis;
  }

  /**
   * Returns the time up to which all windows are added; {@link Long#MAX_VALUE} if no thread closes
   * windows.
   */
  long closedUntilMillis() {
    return closedUntilMillis;
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
    Sealed oldest = sealed.peekFirst();
    if (oldest == null) {
      return false;
    }
    Chunk chunk = oldest.chunk();
    // Update the bounds before the removal, because readers take a snapshot first and check the
    // bounds afterwards.
    raiseRetainedFrom(corrections.endMillis(oldest), chunk.lastPublicationId());
    oldest.list().remove(chunk);
    sealed.removeFirst(); // not before: after a failure, the chunk is removed at the next attempt
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

  /** Records that a chunk has grown. */
  void addBytes(int moreBytes) {
    bytes += moreBytes;
    budget.addUsed(moreBytes);
  }

  private void raiseRetainedFrom(long endMillis, long publicationId) {
    fromMillis = Math.max(fromMillis, endMillis);
    retainedAfterPublication = Math.max(retainedAfterPublication, publicationId);
  }
}
