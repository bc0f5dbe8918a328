package io.greenlang.metrics.feed;

/**
 * What a client gets before it reads its feed, or reads on: newest values, what it missed, the past
 * that it asked for. It comes in pieces, each when the client can take it, so a slow client costs
 * no more than a place in a walk. One thread at a time; never an I/O thread.
 */
interface Prelude {

  /** About how many bytes a piece has. */
  int STEP_BYTES = 64 * 1024;

  /**
   * Hands the next piece to {@code sink}.
   *
   * @param maxFrames how many frames it may have, at least 1; only what cannot be torn apart may be
   *     more
   * @return false if nothing was left
   */
  boolean step(FrameSink sink, int maxFrames);
}
