package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.feed.Feed;
import io.greenlang.metrics.feed.FeedListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The sessions of one I/O loop that read one feed. All but {@link #feedGrew} on that loop. */
final class FeedLane implements FeedListener {

  private final DeliveryLoop loop;
  private final Feed feed;
  private final List<Delivery> members = new ArrayList<>();
  private final AtomicBoolean noted = new AtomicBoolean();

  FeedLane(DeliveryLoop loop, Feed feed) {
    this.loop = loop;
    this.feed = feed;
  }

  /** Leaves a note for the loop, unless one lies there already. Any thread. */
  @Override
  public void feedGrew() {
    if (noted.compareAndSet(false, true)) {
      loop.note(this);
    }
  }

  void join(Delivery member) {
    if (members.isEmpty()) {
      feed.addListener(this);
    }
    members.add(member);
  }

  /** Takes a member out; true if it was the last. */
  boolean leave(Delivery member) {
    members.remove(member);
    if (members.isEmpty()) {
      feed.removeListener(this);
    }
    return members.isEmpty();
  }

  Feed feed() {
    return feed;
  }

  void deliver() {
    noted.set(false); // first: what grows from here on leaves a new note
    for (int i = members.size() - 1; i >= 0; i--) {
      members.get(i).deliver();
    }
  }
}
