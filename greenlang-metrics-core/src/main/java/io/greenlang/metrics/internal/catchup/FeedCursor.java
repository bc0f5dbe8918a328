package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.feed.StreamTotals;
import io.greenlang.metrics.internal.frame.RingPosition;
import io.greenlang.metrics.internal.frame.RingSegment;
import io.greenlang.metrics.subscription.DeliveryStats;
import io.greenlang.metrics.subscription.StartResult;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A client's read position in a feed. A subscription costs no more than this object: there is no
 * per-client queue.
 *
 * <p>A cursor is polled by one thread, its client's I/O thread. When the ring has evicted the entry
 * that the cursor would read next, the cursor is <em>lapped</em>. {@link #poll} then returns {@link
 * Progress#CATCH_UP_REQUIRED} until {@link #catchUp} has sent the number of missed metrics and the
 * latest value of each affected series. Catching up takes the channel lock, so it runs on another
 * thread. The thread that hands over the cursor ensures that only one thread uses it at a time.
 */
public final class FeedCursor {

  /**
   * Updates without the fence of a volatile write: readers of the accounting tolerate a short
   * delay.
   */
  private static final AtomicLongFieldUpdater<FeedCursor> METRICS_SEEN =
      AtomicLongFieldUpdater.newUpdater(FeedCursor.class, "metricsSeen");

  private static final AtomicLongFieldUpdater<FeedCursor> DELIVERED =
      AtomicLongFieldUpdater.newUpdater(FeedCursor.class, "delivered");

  /** The outcome of a {@link #poll}. */
  public enum Progress {
    /** There were no new frames. */
    NONE,
    /** Frames were delivered; more may be available. */
    FRAMES,
    /** The client must {@linkplain #catchUp catch up} first. */
    CATCH_UP_REQUIRED,
    /** The next publication has more frames than the limit allows. */
    FRAME_LIMIT,
    /** Everything was delivered up to the position where the replacing cursor begins. */
    ENDED
  }

  /**
   * The maximum number of extensions of a replay. A client that reads the replay faster than
   * metrics are published needs fewer; a slower one would never reach live metrics.
   */
  private static final int MAX_EXTENSIONS = 8;

  private final ChannelStream stream;
  private final Feed feed;

  /**
   * The totals of the stream and the feed when the cursor was opened; used by {@link #accounting}.
   */
  final StreamTotals totalsAtOpen;

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

  /** The catch-up over latest values in progress. */
  private @Nullable LatestValues latestValues;

  /**
   * The id of the series with which the next catch-up begins: the one after the last series that
   * was sent.
   */
  private long firstSeriesId;

  /** The catch-up to complete before reading from the ring. */
  private @Nullable CatchUp catchUp;

  /** The catch-up that follows the current one. */
  private @Nullable CatchUp nextCatchUp;

  /** The number of times a replay was extended because the feed had evicted entries meanwhile. */
  private int extensions;

  private @Nullable StartResult startResult;

  /**
   * The client has already received everything up to this publication id, from an instance that was
   * slightly ahead of this one. It counts as delivered.
   */
  private long seenElsewhere = Long.MIN_VALUE;

  /** The position where the replacing cursor takes over; set under the channel lock. */
  private volatile @Nullable RingPosition endAtHead;

  public FeedCursor(ChannelStream stream, Feed feed, StreamTotals opened) {
    this.stream = stream;
    this.feed = feed;
    this.totalsAtOpen = opened;
    this.publicationId = opened.publicationId();
    moveTo(feed.ring.position());
  }

  /** Sets the catch-ups that precede live frames, in this order. Called before the first read. */
  void startWith(StartResult result, @Nullable CatchUp first, @Nullable CatchUp second) {
    startResult = result;
    catchUp = first == null ? second : first;
    nextCatchUp = first == null ? null : second;
  }

  /** Marks everything up to a publication id as already received. Called before the first read. */
  void markReceived(long publicationId) {
    seenElsewhere = publicationId;
  }

  /** Returns the outcome of the requested start position. */
  public StartResult startResult() {
    return Objects.requireNonNull(startResult);
  }

  /** Returns the feed that this cursor reads. */
  public Feed feed() {
    return feed;
  }

  /**
   * Passes the next run of frames to {@code sink} in one call. Takes no lock.
   *
   * @return whether frames were passed, or the reason why not
   */
  public Progress poll(FrameSink sink) {
    return poll(sink, Integer.MAX_VALUE);
  }

  /**
   * Passes the next run of at most {@code maxFrames} frames to {@code sink} in one call. The frames
   * of one publication are never split. Takes no lock.
   *
   * @return whether frames were passed, or the reason why not
   */
  public Progress poll(FrameSink sink, int maxFrames) {
    if (catchUp != null) {
      return Progress.CATCH_UP_REQUIRED;
    }
    if (nextEntryIndex == feed.ring.nextEntryIndex()) {
      return isEnded(nextEntryIndex) ? Progress.ENDED : Progress.NONE;
    }
    RingSegment segment = feed.ring.locate(nextEntryIndex, hint);
    if (segment == null) {
      return isEnded(nextEntryIndex) ? Progress.ENDED : Progress.CATCH_UP_REQUIRED;
    }
    int entries = segment.entries();
    // Read after the entry count: entries after the end were appended after it was set.
    RingPosition endPosition = endAtHead;
    if (endPosition != null) {
      entries = (int) Math.min(entries, endPosition.entryIndex() - segment.firstEntryIndex);
    }
    int first = (int) (nextEntryIndex - segment.firstEntryIndex);
    if (first >= entries) {
      segment.frames.release();
      return Progress.ENDED;
    }
    int unseen = segment.firstAfter(first, entries, seenElsewhere, metricsSeen);
    if (unseen > first) {
      advanceTo(segment, unseen - 1);
      if (unseen == entries) {
        segment.frames.release();
        return poll(sink, maxFrames);
      }
      first = unseen;
    }
    int last = segment.lastWithin(first, entries, framesSeen + maxFrames);
    if (last < first) {
      segment.frames.release();
      return Progress.FRAME_LIMIT;
    }
    deliver(segment, first, last, sink);
    return Progress.FRAMES;
  }

  private void deliver(RingSegment segment, int first, int last, FrameSink sink) {
    int frameCount = (int) (segment.frameTotal(last) - framesSeen);
    advanceTo(segment, last);
    sink.write(segment.frames, segment.start(first), segment.end(last), frameCount);
  }

  /** Advances the cursor: the client has received everything up to this entry. */
  private void advanceTo(RingSegment segment, int lastEntry) {
    nextEntryIndex = segment.firstEntryIndex + lastEntry + 1;
    publicationId = segment.publicationId(lastEntry);
    long metrics = segment.metricTotal(lastEntry);
    DELIVERED.lazySet(this, delivered + metrics - metricsSeen);
    METRICS_SEEN.lazySet(this, metrics);
    framesSeen = segment.frameTotal(lastEntry);
    hint = segment;
  }

  private boolean isEnded(long entryIndex) {
    RingPosition endPosition = endAtHead;
    return endPosition != null && entryIndex >= endPosition.entryIndex();
  }

  /**
   * Sends the next piece of the catch-up that {@link Progress#CATCH_UP_REQUIRED} requires. The
   * catch-up is either the start that the client requested, or the replacement for metrics that the
   * cursor missed. In the latter case the first step moves the cursor to the head of the feed and
   * sends the number of missed metrics.
   *
   * <p>A piece has about 64 KiB. This method may take the channel lock: do not call it on an I/O
   * thread.
   *
   * @param sink receives frames intended for this client only
   * @return false if nothing was left to send
   */
  public boolean catchUp(FrameSink sink) {
    return catchUp(sink, Integer.MAX_VALUE);
  }

  /**
   * Sends the next piece of the catch-up, limited to {@code maxFrames} frames. Only a single
   * replayed publication may exceed the limit.
   *
   * <p>A cursor that is not lapped can be treated as if it were. A rate-limited client then
   * receives the latest values of all series rather than old values of some. The series that the
   * previous catch-up did not reach are sent first.
   *
   * @param maxFrames at least 2; or 1 to send only the number of missed metrics
   */
  public boolean catchUp(FrameSink sink, int maxFrames) {
    CatchUp current = catchUp;
    return current == null
        ? stream.passOver(this, sink, maxFrames)
        : step(current, sink, maxFrames);
  }

  /** Sends a piece of a catch-up, which another catch-up follows. */
  public boolean step(CatchUp current, CatchUp next, FrameSink sink, int maxFrames) {
    nextCatchUp = next;
    return step(current, sink, maxFrames);
  }

  /** Sends a piece of a catch-up; returns false if nothing was left to send. */
  public boolean step(CatchUp current, FrameSink sink, int maxFrames) {
    catchUp = current;
    if (current.step(sink, maxFrames)) {
      return true;
    }
    if (nextCatchUp == null && current instanceof Replay replay && extensions < MAX_EXTENSIONS) {
      extensions++;
      if (stream.extendReplay(this, replay)) {
        return step(current, sink, maxFrames);
      }
    }
    if (latestValues != null && nextCatchUp == null) {
      firstSeriesId = latestValues.nextSeriesId();
      latestValues = null;
    }
    catchUp = nextCatchUp;
    nextCatchUp = null;
    return catchUp != null;
  }

  /**
   * Closes the cursor; it must not be used afterwards. Takes the channel lock.
   *
   * @return the final accounting
   */
  public DeliveryStats close() {
    return stream.close(this);
  }

  /**
   * Returns the accounting of the metrics published since the cursor was opened. Takes the channel
   * lock.
   */
  public DeliveryStats accounting() {
    return stream.accounting(this);
  }

  /**
   * Ends this cursor at the head of the feed. Later entries are delivered by another cursor, which
   * is opened under the same lock. So nothing is delivered twice, and nothing is omitted. Called
   * under the channel lock.
   */
  public void endAtHead() {
    endAtHead = feed.ring.position();
  }

  /** Returns whether the feed has evicted the entry to read next. Called under the channel lock. */
  public boolean isEvicted() {
    return !feed.ring.isRetained(nextEntryIndex);
  }

  /**
   * Moves the cursor to the head of the feed; latest values replace the skipped metrics. Called
   * under the channel lock.
   */
  public MissedRange moveToHead(long headPublicationId) {
    long after = Math.max(publicationId, seenElsewhere);
    long missed = moveToEnd(headPublicationId);
    merged += missed;
    // A client cannot resume from a position before a gap.
    return new MissedRange(after, publicationId, missed, Math.max(after, feed.router.lastGapId()));
  }

  /** Returns the catch-up over latest values that replaces the missed metrics. */
  public LatestValues latestValues(MissedRange missedRange) {
    LatestValues values =
        new LatestValues(
            missedRange.after(),
            missedRange.until(),
            missedRange.missed(),
            missedRange.resumePosition(),
            firstSeriesId);
    latestValues = values;
    return values;
  }

  /**
   * Moves the cursor to the head of the feed; a replay delivers the skipped metrics. Called under
   * the channel lock.
   */
  public long skipToHead(long headPublicationId) {
    long skipped = moveToEnd(headPublicationId);
    DELIVERED.lazySet(this, delivered + skipped);
    return publicationId;
  }

  private long moveToEnd(long headPublicationId) {
    RingPosition endPosition = endAtHead;
    RingPosition target = endPosition == null ? feed.ring.position() : endPosition;
    long skipped = target.metrics() - metricsSeen;
    publicationId = endPosition == null ? headPublicationId : endPosition.publicationId();
    moveTo(target);
    return skipped;
  }

  private void moveTo(RingPosition position) {
    nextEntryIndex = position.entryIndex();
    framesSeen = position.frames();
    metricsSeen = position.metrics();
    hint = null;
  }

  /** Computes the accounting from the current totals. Called under the channel lock. */
  public DeliveryStats account(StreamTotals current) {
    long published = current.published() - totalsAtOpen.published();
    long dropped = current.dropped() - totalsAtOpen.dropped();
    long matched = current.matched() - totalsAtOpen.matched();
    return new DeliveryStats(
        published,
        delivered,
        merged,
        published - dropped - matched,
        dropped,
        current.matched() - metricsSeen);
  }
}
