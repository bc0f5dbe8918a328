package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.feed.FeedCursor;
import io.greenlang.metrics.feed.Frames;

/** What a session has to do on its I/O thread, in this order. */
sealed interface Outgoing {

  /**
   * Send this.
   *
   * @param frames all of their memory
   * @param count how many frames they are
   */
  record Message(Frames frames, int count) implements Outgoing {}

  /** Read this cursor from now on. */
  record Attach(FeedCursor cursor) implements Outgoing {}

  /** Read this cursor, which another one replaces, to its end, and only then go on. */
  record Retire(FeedCursor cursor) implements Outgoing {}

  /** Read this cursor no more. */
  record Detach(FeedCursor cursor) implements Outgoing {}
}
