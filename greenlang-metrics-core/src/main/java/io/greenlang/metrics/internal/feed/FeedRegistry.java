package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.internal.frame.ColumnMemory;
import io.greenlang.metrics.internal.frame.DirectBufferPool;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.internal.frame.FrameRing;
import io.greenlang.metrics.internal.frame.FrameWriter;
import io.greenlang.metrics.subscription.Subscription;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The feeds of a router, one for each distinct subscription in each encoding. A feed exists as long
 * as it has readers. Used under the channel lock.
 */
final class FeedRegistry {

  private final Map<ViewLimits.View, Feed> feeds = new HashMap<>();
  private final FeedIndex index = new FeedIndex();
  private final DirectBufferPool bufferPool;
  private final long feedBytes;

  /** The buffer in which the feeds build their entries, one after the other. */
  private final FrameBuffer entry = new FrameBuffer();

  /** The buffers in which all feeds build their messages. */
  private final FrameWriter.Scratch scratch = new FrameWriter.Scratch();

  /**
   * Creates a registry without feeds.
   *
   * @param feedBytes the maximum size of a feed's ring, in bytes
   */
  FeedRegistry(DirectBufferPool bufferPool, long feedBytes) {
    this.bufferPool = bufferPool;
    this.feedBytes = feedBytes;
  }

  /**
   * Returns the feed for a subscription, creating it if necessary, and adds a reader. A new feed is
   * offered the series that follow; {@link Feed#match} adds the existing ones.
   */
  Feed acquire(FeedRouter router, Subscription subscription, FrameEncoder encoder) {
    ViewLimits.View view = new ViewLimits.View(subscription, encoder.encoding());
    Feed feed = feeds.get(view);
    if (feed == null) {
      feed = create(router, subscription, encoder);
      add(view, feed);
    }
    feed.cursorCount++;
    return feed;
  }

  private Feed create(FeedRouter router, Subscription subscription, FrameEncoder encoder) {
    FrameRing ring = new FrameRing(bufferPool, feedBytes);
    ColumnMemory columns = bufferPool.memory().columns();
    return new Feed(router, subscription, encoder, ring, entry, scratch, columns);
  }

  /** Adds a feed, whose many patterns and tags may need more memory than there is. */
  private void add(ViewLimits.View view, Feed feed) {
    boolean added = false;
    try {
      feeds.put(view, feed);
      index.add(feed);
      added = true;
    } finally {
      if (!added) {
        remove(view, feed);
      }
    }
  }

  private void remove(ViewLimits.View view, Feed feed) {
    feeds.remove(view);
    index.remove(feed);
    feed.close();
  }

  /**
   * Removes a reader from a feed; the last one closes it. {@link Feed#detach} must follow then.
   *
   * @return whether the feed was closed
   */
  boolean release(Feed feed) {
    if (--feed.cursorCount > 0) {
      return false;
    }
    remove(ViewLimits.View.of(feed), feed);
    return true;
  }

  /** Offers a new series to the feeds that may match it. */
  void addSeries(Series series) {
    index.addSeries(series);
  }

  /** Returns all feeds. */
  Collection<Feed> all() {
    return feeds.values();
  }

  /** Returns the number of feeds. */
  int size() {
    return feeds.size();
  }
}
