package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.frame.FrameBuffer;

/**
 * The data that a client receives before it reads its feed, or continues reading: latest values,
 * missed metrics, or requested history. It is sent in pieces, each when the client is ready, so a
 * slow client costs no more than the state of an iteration. Used by one thread at a time, never an
 * I/O thread.
 */
interface CatchUp {

  /** The approximate size of a piece in bytes. */
  int PIECE_BYTES = 64 * 1024;

  /**
   * Passes the next piece to {@code sink}.
   *
   * @param maxFrames the maximum number of frames, at least 1; only data that cannot be split may
   *     exceed it
   * @return false if nothing was left to send
   */
  boolean next(FrameSink sink, int maxFrames);

  /**
   * Returns whether the last call of {@link #next} found nothing to send because it gave its thread
   * back early, and not because nothing is left.
   */
  default boolean isPaused() {
    return false;
  }

  /** Begins under the lock under which the cursor was moved, if that is required. */
  default void beginUnderLock() {
    // most catch-ups read the history, which retains the missed range
  }

  /**
   * Writes a notice of what this catch-up has not sent, unless nothing of it is missed. The
   * catch-up is not used afterwards. Called under the channel lock.
   *
   * @return the number of frames
   */
  int skip(Feed feed, FrameBuffer out);

  /** A catch-up that consists of one complete frame, which must not change afterwards. */
  final class Single implements CatchUp {
    private final FrameBuffer frame;
    private boolean sent;

    /** Creates a catch-up of this frame. */
    Single(FrameBuffer frame) {
      this.frame = frame;
    }

    @Override
    public boolean next(FrameSink sink, int maxFrames) {
      if (sent) {
        return false;
      }
      sent = true;
      sink.write(frame.toSharedFrames(), 0, frame.length(), 1);
      return true;
    }

    @Override
    public int skip(Feed feed, FrameBuffer out) {
      if (sent) {
        return 0;
      }
      out.put(frame, 0, frame.length());
      return 1;
    }
  }
}
