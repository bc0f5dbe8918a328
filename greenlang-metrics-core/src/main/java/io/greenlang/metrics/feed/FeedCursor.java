package io.greenlang.metrics.feed;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A client's place in a feed. This is all that a subscription of a client costs: there is no queue.
 *
 * <p>A cursor is polled by one thread, its client's I/O thread. When the ring has forgotten what
 * the cursor wanted next, the cursor is <em>lapped</em>: {@link #poll} answers {@link
 * Progress#BEHIND} until {@link #catchUp} has told the client how much it missed and the newest
 * value of each series that stands for it. Catching up takes the channel's lock, so it runs on
 * another thread; whoever hands the cursor over makes sure that only one has it at a time.
 */
public final class FeedCursor {

  /** Without the fence of a volatile write: who looks at the accounting can wait a moment. */
  private static final AtomicLongFieldUpdater<FeedCursor> METRICS_SEEN =
      AtomicLongFieldUpdater.newUpdater(FeedCursor.class, "metricsSeen");

  private static final AtomicLongFieldUpdater<FeedCursor> DELIVERED =
      AtomicLongFieldUpdater.newUpdater(FeedCursor.class, "delivered");

  /** What {@link #poll} found. */
  public enum Progress {
    /** Nothing new. */
    NONE,
    /** Frames were handed over; there may be more. */
    FRAMES,
    /** The client must {@linkplain #catchUp catch up} first. */
    BEHIND,
    /** There is something, and it is more frames than may be taken now. */
    LIMITED,
    /** All was handed over up to where the cursor begins that replaces this one. */
    ENDED
  }

  /**
   * A client that takes what is replayed faster than it is published needs fewer; one that does not
   * would never arrive.
   */
  private static final int MAX_EXTENSIONS = 8;

  private final ChannelStream stream;
  private final Feed feed;

  /** Where the stream and the feed stood when the cursor was opened; for {@link #accounting}. */
  final Totals opened;

  /** The entry that comes next. */
  private long sequence;

  private @Nullable RingSegment hint;

  /** The feed's count of frames at this place. */
  private long framesSeen;

  /** The feed's count of metrics at this place. Written by one thread at a time, read by any. */
  private volatile long metricsSeen;

  /** All blocks up to this one are dealt with. */
  private long number;

  /** Likewise. */
  private volatile long delivered;

  private long merged;

  /** Newest values that are under way. */
  private @Nullable NewestValues newest;

  /** The series to begin with when it must catch up: behind the last one that was brought so. */
  private long firstToCatchUp;

  /** What comes before the ring is read on, and what comes after that. */
  private @Nullable Prelude prelude;

  private @Nullable Prelude following;

  /** How often a replay had to go on because the feed had forgotten what came meanwhile. */
  private int extensions;

  private @Nullable Opening opening;

  /**
   * The client has had everything up to this block already, from an instance that was a moment
   * ahead of this one. It counts as delivered.
   */
  private long seenElsewhere = Long.MIN_VALUE;

  /** Where another cursor takes over; set under the channel's lock. */
  private volatile @Nullable RingPosition end;

  FeedCursor(ChannelStream stream, Feed feed, Totals opened) {
    this.stream = stream;
    this.feed = feed;
    this.opened = opened;
    this.number = opened.number();
    moveTo(feed.ring.position());
  }

  /** Before anybody reads: what comes first, in this order. */
  void begin(Opening with, @Nullable Prelude first, @Nullable Prelude second) {
    opening = with;
    prelude = first == null ? second : first;
    following = first == null ? null : second;
  }

  /** Before anybody reads: the client has had everything up to this block. */
  void skipTo(long block) {
    seenElsewhere = block;
  }

  /** What became of the wish to begin somewhere. */
  public Opening opening() {
    return Objects.requireNonNull(opening);
  }

  /** The feed that it reads. */
  public Feed feed() {
    return feed;
  }

  /**
   * Hands the next run of frames to {@code sink}, in one piece. It takes no lock.
   *
   * @return whether there were any, or why not
   */
  public Progress poll(FrameSink sink) {
    return poll(sink, Integer.MAX_VALUE);
  }

  /**
   * Hands the next run of at most {@code maxFrames} frames to {@code sink}, in one piece. The
   * frames of one publication are not torn apart. It takes no lock.
   *
   * @return whether there were any, or why not
   */
  public Progress poll(FrameSink sink, int maxFrames) {
    if (prelude != null) {
      return Progress.BEHIND;
    }
    if (sequence == feed.ring.head()) {
      return isEnded(sequence) ? Progress.ENDED : Progress.NONE;
    }
    RingSegment segment = feed.ring.locate(sequence, hint);
    if (segment == null) {
      return isEnded(sequence) ? Progress.ENDED : Progress.BEHIND;
    }
    int entries = segment.entries();
    // Read after the entries: an entry behind the end was appended after the end was set.
    RingPosition limit = end;
    if (limit != null) {
      entries = (int) Math.min(entries, limit.sequence() - segment.firstSequence);
    }
    int first = (int) (sequence - segment.firstSequence);
    if (first >= entries) {
      segment.frames.release();
      return Progress.ENDED;
    }
    int unseen = segment.firstBehind(first, entries, seenElsewhere, metricsSeen);
    if (unseen > first) {
      note(segment, unseen - 1);
      if (unseen == entries) {
        segment.frames.release();
        return poll(sink, maxFrames);
      }
      first = unseen;
    }
    int last = segment.lastWithin(first, entries, framesSeen + maxFrames);
    if (last < first) {
      segment.frames.release();
      return Progress.LIMITED;
    }
    take(segment, first, last, sink);
    return Progress.FRAMES;
  }

  private void take(RingSegment segment, int first, int last, FrameSink sink) {
    int frameCount = (int) (segment.framesAfter(last) - framesSeen);
    note(segment, last);
    sink.write(segment.frames, segment.start(first), segment.end(last), frameCount);
  }

  /** Notes that the client has everything up to an entry. */
  private void note(RingSegment segment, int last) {
    sequence = segment.firstSequence + last + 1;
    number = segment.offset(last);
    long metrics = segment.metricsAfter(last);
    DELIVERED.lazySet(this, delivered + metrics - metricsSeen);
    METRICS_SEEN.lazySet(this, metrics);
    framesSeen = segment.framesAfter(last);
    hint = segment;
  }

  private boolean isEnded(long at) {
    RingPosition limit = end;
    return limit != null && at >= limit.sequence();
  }

  /**
   * Takes the next step out of {@link Progress#BEHIND}: the next piece of what the client asked to
   * get first, or of what stands for the metrics that it was too late for. In that case the first
   * step moves the cursor to the head of the feed and tells the client how much it passes over. A
   * piece has about 64 KiB. May take the channel's lock: not on an I/O thread.
   *
   * @param sink gets frames that are for this client only
   * @return false when there was nothing more to catch up with
   */
  public boolean catchUp(FrameSink sink) {
    return catchUp(sink, Integer.MAX_VALUE);
  }

  /**
   * The same, in a step of at most {@code maxFrames} frames, unless a single publication of the
   * past has more. A cursor that is not behind can be made so: a client that may get only so much
   * gets the newest values of all series rather than old ones of some. Those series come first that
   * were not reached the last time.
   *
   * @param maxFrames at least 2; or 1, to be told no more than how much was missed
   */
  public boolean catchUp(FrameSink sink, int maxFrames) {
    Prelude now = prelude;
    return now == null ? stream.passOver(this, sink, maxFrames) : step(now, sink, maxFrames);
  }

  /** Takes a step of what comes first; something else comes after it. */
  boolean step(Prelude now, Prelude then, FrameSink sink, int maxFrames) {
    following = then;
    return step(now, sink, maxFrames);
  }

  /** Takes a step of what comes first; false when there is nothing more of it. */
  boolean step(Prelude now, FrameSink sink, int maxFrames) {
    prelude = now;
    if (now.step(sink, maxFrames)) {
      return true;
    }
    if (following == null && now instanceof Replay replay && extensions < MAX_EXTENSIONS) {
      extensions++;
      if (stream.extend(this, replay)) {
        return step(now, sink, maxFrames);
      }
    }
    if (newest != null && following == null) {
      firstToCatchUp = newest.firstNotReached();
      newest = null;
    }
    prelude = following;
    following = null;
    return prelude != null;
  }

  /**
   * Gives up the place. Nothing may be called after that. Takes the channel's lock.
   *
   * @return how everything came out
   */
  public Accounting close() {
    return stream.close(this);
  }

  /** How the metrics published since the cursor was opened came out. Takes the channel's lock. */
  public Accounting accounting() {
    return stream.accounting(this);
  }

  /**
   * Under the channel's lock: makes this cursor end here. What comes from now on is another
   * cursor's to bring, which is opened under the same lock: between the two nothing comes twice and
   * nothing is left out.
   */
  void end() {
    end = feed.ring.position();
  }

  /** Under the channel's lock: whether the feed has forgotten what would come next. */
  boolean isForgotten() {
    return !feed.ring.has(sequence);
  }

  /** Under the channel's lock: moves to where the feed stands; newest values stand for the rest. */
  Lapse passOver(long head) {
    long after = Math.max(number, seenElsewhere);
    long missed = moveToEnd(head);
    merged += missed;
    // What was before an interruption is no place to come back to.
    return new Lapse(after, number, missed, Math.max(after, feed.router.brokenAt()));
  }

  /** The newest values that stand for what it was too late for. */
  NewestValues newestValues(Lapse lapse) {
    NewestValues values =
        new NewestValues(
            lapse.after(), lapse.until(), lapse.missed(), lapse.standing(), firstToCatchUp);
    newest = values;
    return values;
  }

  /** Under the channel's lock: moves to where the feed stands; a replay brings the rest. */
  long skip(long head) {
    long skipped = moveToEnd(head);
    DELIVERED.lazySet(this, delivered + skipped);
    return number;
  }

  private long moveToEnd(long head) {
    RingPosition limit = end;
    RingPosition to = limit == null ? feed.ring.position() : limit;
    long skipped = to.metrics() - metricsSeen;
    number = limit == null ? head : limit.offset();
    moveTo(to);
    return skipped;
  }

  private void moveTo(RingPosition position) {
    sequence = position.sequence();
    framesSeen = position.frames();
    metricsSeen = position.metrics();
    hint = null;
  }

  /** Under the channel's lock, with the totals of now. */
  Accounting account(Totals now) {
    long published = now.published() - opened.published();
    long dropped = now.dropped() - opened.dropped();
    long matched = now.matched() - opened.matched();
    return new Accounting(
        published,
        delivered,
        merged,
        published - dropped - matched,
        dropped,
        now.matched() - metricsSeen);
  }
}
