package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.internal.catchup.FeedReader.Progress;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.feed.FeedRouter;
import io.greenlang.metrics.internal.frame.FrameRing;
import io.greenlang.metrics.internal.frame.RingSegment;
import io.greenlang.metrics.subscription.DeliveryStats;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A position in the ring of a feed, and the statistics of the metrics before it. {@link #read}
 * takes no lock; one thread at a time may call it. The methods that move the cursor over unread
 * entries are called under the channel lock.
 */
final class FeedCursor {

  /**
   * The range of publications that a lapped cursor missed.
   *
   * @param after the client has received everything up to this publication id
   * @param until the last missed publication id
   * @param missed the number of missed metrics
   * @param resumeAfter the publication id from which the client can resume while it receives the
   *     replacement
   * @param isOverBudget whether the feed has discarded entries because memory was scarce
   */
  record MissedRange(long after, long until, long missed, long resumeAfter, boolean isOverBudget) {}

  /**
   * Updates without the fence of a volatile write: readers of the statistics tolerate a short
   * delay.
   */
  private static final AtomicLongFieldUpdater<FeedCursor> METRICS_SEEN =
      AtomicLongFieldUpdater.newUpdater(FeedCursor.class, "metricsSeen");

  private static final AtomicLongFieldUpdater<FeedCursor> DELIVERED =
      AtomicLongFieldUpdater.newUpdater(FeedCursor.class, "delivered");

  private final Feed feed;
  private final FrameRing ring;

  /** The totals when the cursor was opened; the statistics begin there. */
  private final FeedRouter.Totals opened;

  /** The index of the ring entry to read next. */
  private long nextEntryIndex;

  private @Nullable RingSegment hint;

  /** The feed's frame count at this position. */
  private long framesSeen;

  /** The feed's metric count at this position. Written by one thread at a time, read by any. */
  private volatile long metricsSeen;

  /** All publications up to this id have been delivered or merged. */
  private long publicationId;

  /** The number of metrics delivered. Written by one thread at a time, read by any. */
  private volatile long delivered;

  private long merged;

  /**
   * The client has already received everything up to this publication id, from an instance that was
   * slightly ahead of this one. It counts as delivered.
   */
  private long seenElsewhere = Long.MIN_VALUE;

  /** The position where the replacing cursor takes over; set under the channel lock. */
  private volatile FrameRing.@Nullable Position end;

  /** Creates a cursor at the head of a feed. Called under the channel lock. */
  FeedCursor(Feed feed) {
    this.feed = feed;
    this.ring = feed.ring();
    this.opened = feed.router().totals(feed);
    this.publicationId = opened.publicationId();
    moveTo(ring.position());
  }

  Feed feed() {
    return feed;
  }

  /**
   * Moves the start forward to a publication id without an entry in the ring: empty windows that
   * ended before the cursor was opened. Called before the first read.
   */
  void startAfter(long latestPublicationId) {
    publicationId = Math.max(publicationId, latestPublicationId);
  }

  /** Marks everything up to a publication id as already received. Called before the first read. */
  void markReceived(long untilPublicationId) {
    seenElsewhere = untilPublicationId;
  }

  /** Passes the next run of at most {@code maxFrames} frames to {@code sink}. Takes no lock. */
  Progress read(FrameSink sink, int maxFrames) {
    if (nextEntryIndex == ring.nextEntryIndex()) {
      return isEnded() ? Progress.ENDED : Progress.NONE;
    }
    RingSegment segment = ring.locate(nextEntryIndex, hint);
    if (segment == null) {
      return isEnded() ? Progress.ENDED : Progress.CATCH_UP_REQUIRED;
    }
    int entries = readableEntries(segment);
    int first = (int) (nextEntryIndex - segment.firstEntryIndex());
    if (first >= entries) {
      segment.frames().release();
      return Progress.ENDED;
    }
    return read(segment, first, entries, sink, maxFrames);
  }

  private Progress read(
      RingSegment segment, int first, int entries, FrameSink sink, int maxFrames) {
    int unseen = segment.firstAfter(first, entries, seenElsewhere, metricsSeen);
    if (unseen > first) {
      advanceTo(segment, unseen - 1);
    }
    if (unseen == entries) {
      segment.frames().release();
      return read(sink, maxFrames);
    }
    int last = segment.lastWithin(unseen, entries, framesSeen + maxFrames);
    if (last < unseen) {
      segment.frames().release();
      return Progress.FRAME_LIMIT;
    }
    deliver(segment, unseen, last, sink);
    return Progress.FRAMES;
  }

  private int readableEntries(RingSegment segment) {
    int entries = segment.entries();
    // Read after the entry count: entries after the end were appended after it was set.
    FrameRing.Position endPosition = end;
    return endPosition == null
        ? entries
        : (int) Math.min(entries, endPosition.entryIndex() - segment.firstEntryIndex());
  }

  private void deliver(RingSegment segment, int first, int last, FrameSink sink) {
    int frameCount = (int) (segment.frameTotal(last) - framesSeen);
    advanceTo(segment, last);
    sink.write(segment.frames(), segment.start(first), segment.end(last), frameCount);
  }

  /** Advances the cursor: the client has received everything up to this entry. */
  private void advanceTo(RingSegment segment, int lastEntry) {
    nextEntryIndex = segment.firstEntryIndex() + lastEntry + 1;
    publicationId = segment.publicationId(lastEntry);
    long metrics = segment.metricTotal(lastEntry);
    DELIVERED.lazySet(this, delivered + metrics - metricsSeen);
    METRICS_SEEN.lazySet(this, metrics);
    framesSeen = segment.frameTotal(lastEntry);
    hint = segment;
  }

  private boolean isEnded() {
    FrameRing.Position endPosition = end;
    return endPosition != null && nextEntryIndex >= endPosition.entryIndex();
  }

  /** Ends this cursor at the head of the feed. Called under the channel lock. */
  void endAtHead() {
    end = ring.position();
  }

  /** Returns whether the ring has evicted the entry to read next. Called under the channel lock. */
  boolean isEvicted() {
    return !ring.isRetained(nextEntryIndex);
  }

  /**
   * Moves the cursor to the head of the feed and counts the skipped metrics as merged. Called under
   * the channel lock.
   */
  MissedRange moveToHead() {
    long after = Math.max(publicationId, seenElsewhere);
    boolean isOverBudget = ring.isDiscarded(nextEntryIndex);
    long missed = moveToEnd();
    merged += missed;
    // A client cannot resume from a position before a gap.
    long resumeAfter = Math.max(after, feed.router().lastGapId());
    return new MissedRange(after, publicationId, missed, resumeAfter, isOverBudget);
  }

  /**
   * Moves the cursor to the head of the feed and counts the skipped metrics as delivered, because a
   * replay contains them. Called under the channel lock.
   *
   * @return the last skipped publication id
   */
  long skipToHead() {
    long skipped = moveToEnd();
    DELIVERED.lazySet(this, delivered + skipped);
    return publicationId;
  }

  private long moveToEnd() {
    FrameRing.Position endPosition = end;
    FrameRing.Position target = endPosition == null ? ring.position() : endPosition;
    long skipped = target.metrics() - metricsSeen;
    publicationId =
        endPosition == null ? feed.router().latestPublicationId() : endPosition.publicationId();
    moveTo(target);
    if (endPosition == null) {
      requireKeyAfter(publicationId);
    }
    return skipped;
  }

  /**
   * Makes the feed begin with a key message where this cursor begins. Called under the channel
   * lock.
   *
   * @param receivedUntil the client has already received everything up to this publication id
   */
  void requireKeyAfter(long receivedUntil) {
    feed.requireKeyAfter(receivedUntil);
  }

  private void moveTo(FrameRing.Position position) {
    nextEntryIndex = position.entryIndex();
    framesSeen = position.frames();
    metricsSeen = position.metrics();
    hint = null;
  }

  /** Returns the statistics since the cursor was opened. Called under the channel lock. */
  DeliveryStats stats() {
    FeedRouter.Totals now = feed.router().totals(feed);
    long published = now.published() - opened.published();
    long dropped = now.dropped() - opened.dropped();
    long matched = now.matched() - opened.matched();
    return new DeliveryStats(
        published,
        delivered,
        merged,
        published - dropped - matched,
        dropped,
        now.matched() - metricsSeen);
  }
}
