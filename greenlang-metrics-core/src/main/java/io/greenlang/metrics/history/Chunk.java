package io.greenlang.metrics.history;

/**
 * A stretch of one series' past: what is appended, sealed and let go as one. One thread appends,
 * under the channel's lock; any thread may read.
 */
interface Chunk {

  /** Nothing more will be appended. */
  void seal();

  /** Whether it is time to seal it. */
  boolean isFull();

  /** How many entries it has. */
  int count();

  /** How much memory it takes, about. */
  int bytes();

  /**
   * Nothing in it counts at this time or later, in milliseconds since 1970; it must have an entry.
   */
  long endMillis();

  /** The last publication of which something is in here; it must have an entry. */
  long lastSequence();
}
