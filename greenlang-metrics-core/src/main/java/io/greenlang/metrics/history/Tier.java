package io.greenlang.metrics.history;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One tier of one channel's history: what it may have, what it has, and how far back it reaches.
 * Changed under the channel's lock; {@link #reachesFrom} and {@link #reachesBehind} on any thread.
 *
 * <p>Chunks go in the order in which they were sealed, which is about that of their age.
 */
final class Tier {

  /** How much older than the last look a chunk may be that is sealed, and younger. */
  private static final long SLACK_MILLIS = 10 * 60_000;

  private static final class Sealed {
    final ChunkList<?> list;
    final Chunk chunk;

    /** Nothing in it counts at this time or later, by a clock that is right. */
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
  private long entries;
  private long letGo;

  /** When it was last looked for what is too old. */
  private long expiredMillis = Long.MAX_VALUE - SLACK_MILLIS;

  /** Whatever counts from here on is there. */
  private volatile long fromMillis = Long.MIN_VALUE;

  /** Whatever was published behind this one is there. */
  private volatile long behindSequence;

  Tier(long retentionMillis, long maxBytes, MemoryBudget budget) {
    this.retentionMillis = retentionMillis;
    this.maxBytes = maxBytes;
    this.budget = budget;
  }

  /** Notes that an entry was added and {@code moreBytes} with it, and makes room. */
  void grew(int moreBytes) {
    takes(moreBytes);
    entries++;
    boolean smaller = true;
    while (smaller && isOver()) {
      smaller = letGoOfOldest();
    }
  }

  /** Whether not even letting go of everything that is sealed makes room. */
  boolean isFull() {
    return isOver() && sealed.isEmpty();
  }

  /** Notes that there is nothing before. */
  void begin(long startMillis, long behind) {
    raise(startMillis, behind);
  }

  /** Notes that an entry could not be kept. */
  void refused(long endMillis, long sequence) {
    letGo++;
    raise(endMillis, sequence);
  }

  /** Seals a chunk: from now on it may go. */
  void seal(ChunkList<?> list, Chunk chunk) {
    int before = chunk.bytes();
    list.seal();
    chunk.seal();
    takes(chunk.bytes() - before);
    long endMillis = Math.min(chunk.endMillis(), expiredMillis + SLACK_MILLIS);
    sealed.addLast(new Sealed(list, chunk, endMillis));
  }

  /** Lets go of what is too old. */
  void expire(long nowMillis) {
    if (nowMillis < expiredMillis) {
      setBack(nowMillis);
    }
    expiredMillis = nowMillis;
    Sealed oldest = sealed.peekFirst();
    while (oldest != null && oldest.endMillis < nowMillis - retentionMillis) {
      letGoOfOldest();
      oldest = sealed.peekFirst();
    }
  }

  /**
   * A clock that was ahead is right again. What counts at times that are still to come would never
   * be too old, nor let go what comes behind it; and nothing would be there until then.
   */
  private void setBack(long nowMillis) {
    sealed.forEach(each -> each.endMillis = Math.min(each.endMillis, nowMillis));
    fromMillis = Math.min(fromMillis, nowMillis);
  }

  /** From when on everything is there, in milliseconds since 1970. */
  long reachesFrom() {
    return fromMillis;
  }

  /** Behind which publication everything is there. */
  long reachesBehind() {
    return behindSequence;
  }

  long bytes() {
    return bytes;
  }

  long entries() {
    return entries;
  }

  long letGo() {
    return letGo;
  }

  private boolean letGoOfOldest() {
    Sealed oldest = sealed.pollFirst();
    if (oldest == null) {
      return false;
    }
    Chunk chunk = oldest.chunk;
    // Told before it is gone: a reader looks here after it has taken a snapshot.
    raise(oldest.endMillis, chunk.lastSequence());
    oldest.list.remove(chunk);
    takes(-chunk.bytes());
    entries -= chunk.count();
    letGo += chunk.count();
    return true;
  }

  private boolean isOver() {
    return bytes > maxBytes || budget.isExceeded();
  }

  private void takes(int moreBytes) {
    bytes += moreBytes;
    budget.takes(moreBytes);
  }

  private void raise(long endMillis, long sequence) {
    fromMillis = Math.max(fromMillis, endMillis);
    behindSequence = Math.max(behindSequence, sequence);
  }
}
