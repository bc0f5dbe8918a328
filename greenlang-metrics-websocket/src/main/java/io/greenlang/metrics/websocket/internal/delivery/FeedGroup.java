package io.greenlang.metrics.websocket.internal.delivery;

import io.greenlang.metrics.internal.feed.Feed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The sessions of one I/O thread that read one feed. Except for {@link #onAppend}, all methods run
 * on that thread.
 */
final class FeedGroup implements Feed.Listener {

  private final IoLoop loop;
  private final Feed feed;
  private final List<SessionWriter> writers = new ArrayList<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  FeedGroup(IoLoop loop, Feed feed) {
    this.loop = loop;
    this.feed = feed;
  }

  /** Schedules a delivery, unless one is already scheduled. Thread-safe. */
  @Override
  public void onAppend() {
    if (scheduled.compareAndSet(false, true)) {
      try {
        loop.schedule(this);
      } catch (OutOfMemoryError e) {
        scheduled.set(false); // otherwise no later append would schedule a delivery
        throw e;
      }
    }
  }

  /** Adds a session. */
  void add(SessionWriter writer) {
    if (writers.isEmpty()) {
      feed.addListener(this);
    }
    writers.add(writer);
  }

  /** Removes a session; returns whether none is left. */
  boolean remove(SessionWriter writer) {
    writers.remove(writer);
    if (writers.isEmpty()) {
      feed.removeListener(this);
    }
    return writers.isEmpty();
  }

  /** Delivers the new frames to each session. */
  void deliver() {
    scheduled.set(false); // first, so that an append from here on schedules another delivery
    for (int i = writers.size() - 1; i >= 0; i--) {
      writers.get(i).deliver();
    }
  }
}
