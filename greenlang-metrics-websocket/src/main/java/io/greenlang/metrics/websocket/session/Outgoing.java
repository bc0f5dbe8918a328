package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.feed.FeedCursor;
import io.greenlang.metrics.feed.Frames;

/** An action that a session runs on its I/O thread, in queue order. */
sealed interface Outgoing {

  /**
   * Sends frames.
   *
   * @param frames all of the frames, in one buffer
   * @param count the number of frames
   */
  record Message(Frames frames, int count) implements Outgoing {}

  /** Starts to read the cursor. */
  record Attach(FeedCursor cursor) implements Outgoing {}

  /**
   * Reads the cursor to its end before the next action runs, because another cursor replaces it.
   */
  record Retire(FeedCursor cursor) implements Outgoing {}

  /** Stops reading the cursor. */
  record Detach(FeedCursor cursor) implements Outgoing {}
}
