package io.greenlang.metrics.websocket.internal.delivery;

import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.internal.catchup.FeedReader;

/** An action that a session runs on its I/O thread, in queue order. */
public sealed interface OutboundAction {

  /** Returns the bytes that the action sends. */
  default int byteCount() {
    return 0;
  }

  /**
   * A request to send frames.
   *
   * @param frames all of the frames, in one buffer
   * @param count the number of frames
   * @param ordered whether the message waits until a reader is read to its end. Others pass it,
   *     because that can take minutes
   */
  record Message(SharedFrames frames, int count, boolean ordered) implements OutboundAction {

    /** Creates a message that stays in order. */
    public Message(SharedFrames frames, int count) {
      this(frames, count, true);
    }

    @Override
    public int byteCount() {
      return frames.bytes().capacity();
    }
  }

  /** A request to start reading the reader. */
  record Attach(FeedReader reader) implements OutboundAction {}

  /**
   * A request to read the reader to its end before the next action runs, because another reader
   * replaces it.
   */
  record Drain(FeedReader reader) implements OutboundAction {}

  /** A request to stop reading the reader. */
  record Detach(FeedReader reader) implements OutboundAction {}
}
