package io.greenlang.metrics.internal.feed;

/** A listener that is notified when a feed grows: an I/O loop, once for all of its sessions. */
@FunctionalInterface
public interface FeedListener {

  /**
   * Called after frames were appended to the feed, on the publishing thread and under the channel
   * lock. The implementation must only signal its own thread, and must not throw.
   */
  void onAppend();
}
