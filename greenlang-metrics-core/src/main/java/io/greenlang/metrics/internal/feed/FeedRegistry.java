package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.internal.frame.DirectBufferPool;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.internal.frame.FrameRing;
import io.greenlang.metrics.subscription.Subscription;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The feeds of a router, one for each distinct subscription in each encoding. A feed exists as long
 * as it has readers. Used under the channel lock.
 */
final class FeedRegistry {

  private record FeedKey(Subscription subscription, Encoding encoding) {}

  private final Map<FeedKey, Feed> feeds = new HashMap<>();
  private final FeedIndex index = new FeedIndex();
  private final SeriesTable table;
  private final DirectBufferPool bufferPool;
  private final long feedBytes;

  /** The buffer in which the feeds build their entries, one after the other. */
  private final FrameBuffer entry = new FrameBuffer();

  /**
   * Creates a registry without feeds.
   *
   * @param table the series that the feeds select from
   * @param feedBytes the maximum size of a feed's ring, in bytes
   */
  FeedRegistry(SeriesTable table, DirectBufferPool bufferPool, long feedBytes) {
    this.table = table;
    this.bufferPool = bufferPool;
    this.feedBytes = feedBytes;
  }

  /** Returns the feed for a subscription, creating it if necessary, and adds a reader. */
  Feed acquire(FeedRouter router, Subscription subscription, FrameEncoder encoder) {
    Feed feed =
        feeds.computeIfAbsent(
            new FeedKey(subscription, encoder.encoding()),
            key -> create(router, subscription, encoder));
    feed.cursorCount++;
    return feed;
  }

  private Feed create(FeedRouter router, Subscription subscription, FrameEncoder encoder) {
    FrameRing ring = new FrameRing(bufferPool, feedBytes);
    Feed feed = new Feed(router, subscription, encoder, ring, entry);
    index.add(feed);
    table.forEachCandidate(
        feed,
        series -> {
          if (feed.matches(series)) {
            series.feeds.add(feed);
          }
        });
    return feed;
  }

  /** Removes a reader from a feed; the last one closes it. */
  void release(Feed feed) {
    if (--feed.cursorCount == 0) {
      feeds.remove(new FeedKey(feed.subscription(), feed.encoder().encoding()));
      index.remove(feed);
      table.forEachCandidate(feed, series -> series.feeds.remove(feed));
      feed.ring().close();
    }
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
