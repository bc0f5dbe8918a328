package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.internal.frame.MetricBatch;
import io.greenlang.metrics.internal.util.FirstFailure;
import java.util.ArrayList;
import java.util.List;

/**
 * The feeds that have selected metrics of the current batch. A failure in one of them does not
 * concern the others. Used under the channel lock.
 */
final class SelectingFeeds {

  private final StreamStats stats;
  private final ArrayList<Feed> feeds = new ArrayList<>();

  private final FirstFailure failure = new FirstFailure();

  SelectingFeeds(StreamStats stats) {
    this.stats = stats;
  }

  /** Offers a metric to the feeds that match its series. */
  void select(List<Feed> matching, int index) {
    // Reserve places first: a feed that selects without one would never be cleared.
    feeds.ensureCapacity(feeds.size() + matching.size());
    for (int i = 0; i < matching.size(); i++) {
      Feed feed = matching.get(i);
      if (feed.select(index)) {
        feeds.add(feed);
      }
    }
  }

  /** Clears the selections without appending anything. */
  void clear() {
    feeds.forEach(Feed::clearSelection);
    feeds.clear();
  }

  /**
   * Has each feed append its metrics and notify its listeners. A feed that fails reports a gap. Its
   * failure is thrown when all feeds have been processed.
   *
   * @param offset the client's offset after it has received the batch
   */
  void append(MetricBatch batch, long publicationId, long offset, long nowNanos) {
    for (int i = 0; i < feeds.size(); i++) { // without an object for the iteration
      Feed feed = feeds.get(i);
      if (feed.isActive()) { // an error may let its last reader close it before the batch ends
        append(feed, batch, publicationId, offset, nowNanos);
      }
    }
    stats.feedUpdates.add(feeds.size());
    for (int i = 0; i < feeds.size(); i++) {
      notifyListeners(feeds.get(i));
    }
    feeds.clear();
    failure.rethrow();
  }

  @SuppressWarnings("CatchThrowable") // thrown when all feeds have the batch
  private void append(
      Feed feed, MetricBatch batch, long publicationId, long offset, long nowNanos) {
    try {
      if (feed.append(batch, publicationId, offset, nowNanos)) {
        stats.encodings.increment();
      }
    } catch (Throwable e) {
      failure.record(e);
      feed.reportLost(publicationId, nowNanos);
    }
  }

  @SuppressWarnings("CatchThrowable") // thrown when all listeners are notified
  private void notifyListeners(Feed feed) {
    try {
      feed.notifyListeners();
    } catch (Throwable e) {
      failure.record(e);
    }
  }
}
