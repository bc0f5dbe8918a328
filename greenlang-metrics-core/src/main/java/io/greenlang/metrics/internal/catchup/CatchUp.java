package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.frame.FrameSink;

/**
 * The data that a client receives before it reads its feed, or continues reading: latest values,
 * missed metrics, or requested history. It is sent in pieces, each when the client is ready, so a
 * slow client costs no more than the state of an iteration. Used by one thread at a time, never an
 * I/O thread.
 */
public interface CatchUp {

  /** The approximate size of a piece in bytes. */
  int PIECE_BYTES = 64 * 1024;

  /**
   * Passes the next piece to {@code sink}.
   *
   * @param maxFrames the maximum number of frames, at least 1; only data that cannot be split may
   *     exceed it
   * @return false if nothing was left to send
   */
  boolean step(FrameSink sink, int maxFrames);
}
