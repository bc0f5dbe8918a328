package io.greenlang.metrics.internal.history;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A cache of what readers derive from chunks, bounded in bytes. All readers and pages of a hub
 * share it. A full cache replaces random entries: readers scan many chunks in turn, so the least
 * recently used entry would be the next one that they need. Any thread.
 */
final class ReaderCache {

  /** An entry of the cache, which a chunk refers to while it is cached. */
  abstract static class Entry {

    // Guarded by the cache.
    private long usedBytes;
    private int slot;

    /** Returns the memory of the entry, in bytes. */
    abstract long bytes();

    /** Links the entry from its chunk. Called under the lock of the cache. */
    abstract void link();

    /** Removes the link from the chunk. Called under the lock of the cache. */
    abstract void unlink();
  }

  private final long maxBytes;
  private final List<Entry> entries = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(1);
  private long usedBytes;

  /**
   * Creates an empty cache.
   *
   * @param maxBytes the limit of all entries, in bytes; 0 caches nothing
   */
  ReaderCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Returns the memory of all entries, in bytes. */
  synchronized long usedBytes() {
    return usedBytes;
  }

  /**
   * Adds an entry, unless it is larger than the cache. The caller must have removed the entry of
   * this kind that the chunk had, and holds the lock of the cache.
   */
  synchronized void add(Entry added) {
    long bytes = added.bytes();
    if (bytes > maxBytes) {
      return;
    }
    while (usedBytes + bytes > maxBytes) {
      remove(entries.get(random.nextInt(entries.size())));
    }
    usedBytes += bytes;
    added.usedBytes = bytes;
    added.slot = entries.size();
    entries.add(added);
    added.link();
  }

  /** Removes an entry that the cache contains. The caller holds the lock of the cache. */
  synchronized void remove(Entry removed) {
    usedBytes -= removed.usedBytes;
    Entry last = entries.remove(entries.size() - 1);
    if (last != removed) {
      entries.set(removed.slot, last);
      last.slot = removed.slot;
    }
    removed.unlink();
  }
}
