package io.greenlang.metrics.internal.history;

/**
 * A sequence of consecutive entries of one series that is filled, sealed and evicted as a unit. One
 * thread appends, under the channel's lock; any thread may read.
 */
interface Chunk {

  /** Seals the chunk: nothing more will be appended. */
  void seal();

  /** Returns whether the chunk should be sealed. */
  boolean isFull();

  /** Returns the number of entries. */
  int count();

  /** Returns the approximate memory use, in bytes. */
  int bytes();

  /**
   * Returns the earliest time of an entry, in epoch milliseconds: no entry counts or was measured
   * before it. The chunk must not be empty.
   */
  long earliestMillis();

  /**
   * Returns a time after all entries, in epoch milliseconds: no entry counts at this time or later.
   * The chunk must not be empty.
   */
  long endMillis();

  /**
   * Returns the id of the last publication that contributed to this chunk. The chunk must not be
   * empty.
   */
  long lastPublicationId();

  /** Releases the memory that readers share, after the chunk was evicted. */
  default void onEvicted() {}
}
