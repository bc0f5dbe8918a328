package io.greenlang.metrics.feed;

/** Somebody who wants to know that a feed has more: an I/O loop, once for all its sessions. */
@FunctionalInterface
public interface FeedListener {

  /**
   * The feed has grown. Called by whoever publishes, under the channel's lock: it must do no more
   * than leave a note for its own thread, and must not throw.
   */
  void feedGrew();
}
