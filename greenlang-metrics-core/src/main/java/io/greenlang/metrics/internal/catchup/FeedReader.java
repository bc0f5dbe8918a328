package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.internal.catchup.CatchUpPlanner.Plan;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.metadata.ViewMetadata;
import io.greenlang.metrics.internal.window.ChannelFeeds;
import io.greenlang.metrics.subscription.DeliveryStats;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.StartResult;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * A client's reader of a feed: a position in the ring that all clients of the feed share, and the
 * catch-up that brings the client to that position. A subscription costs no more than this object:
 * there is no per-client queue.
 *
 * <h2>States</h2>
 *
 * <pre>{@code
 * STARTING -- nothing requested --> LIVE -- the ring evicted the next entry --> LAPPED
 *     |                             ^  ^                                          |
 *     | latest values or            |  |                the cursor moves to the head
 *     | history requested           |  |                                          |
 *     v                             |  |                                          v
 * REPLAYING -- everything was sent -+  +------- everything was sent ------- CATCHING_UP
 *   |   ^
 *   +---+ the ring evicted entries that arrived meanwhile: the replay is extended
 * }</pre>
 *
 * <ul>
 *   <li><b>STARTING</b>: the cursor is at the head of the ring, where live frames begin. The
 *       planner decides what precedes them.
 *   <li><b>REPLAYING</b>: the client receives what it requested, up to exactly the head at which it
 *       started. Live frames wait in the ring. If the ring evicts them, the replay continues up to
 *       a later head, because the history contains them.
 *   <li><b>LIVE</b>: {@link #poll} passes frames from the ring, without a lock.
 *   <li><b>LAPPED</b>: the client was too slow, and the ring has evicted the entry that it would
 *       read next. {@link #poll} returns {@link Progress#CATCH_UP_REQUIRED} from here on.
 *   <li><b>CATCHING_UP</b>: the first call of {@link #catchUp} moves the cursor to the head, so the
 *       missed range is fixed. The client receives the number of missed metrics, then one merged
 *       window or the latest value of each affected series. It is live after that, or lapped again.
 * </ul>
 *
 * <p>Calls go one way: this class uses the planner and the cursor; neither calls back. A catch-up
 * takes the channel lock or reads the history, so {@link #catchUp} runs on a worker thread. The
 * thread that hands over the reader ensures that only one thread uses it at a time.
 */
public final class FeedReader {

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
    /** Everything was delivered up to the position where the replacing reader begins. */
    ENDED
  }

  private final Lock lock;
  private final ChannelFeeds feeds;
  private final CatchUpPlanner planner;
  private final FeedCursor cursor;
  private final Runnable onClosed;
  private final LatestValues.Rotation rotation = new LatestValues.Rotation();

  /** The catch-up to complete before reading from the ring. */
  private @Nullable CatchUp catchUp;

  /** The catch-up that follows the current one. */
  private @Nullable CatchUp nextCatchUp;

  private @Nullable StartResult startResult;

  private @Nullable ViewMetadata metadata;

  /**
   * Creates a reader at the head of a feed. Called under the channel lock; {@link #start} follows
   * without it.
   *
   * @param lock the part of the channel lock that protects the feed
   * @param feeds releases the feed when the reader is closed
   * @param onClosed called after the reader was closed
   */
  public FeedReader(
      Lock lock, ChannelFeeds feeds, CatchUpPlanner planner, Feed feed, Runnable onClosed) {
    this.onClosed = onClosed;
    this.lock = lock;
    this.feeds = feeds;
    this.planner = planner;
    this.cursor = new FeedCursor(feed);
  }

  /**
   * Makes the feed begin with a message that this reader can decode. Called once, under the same
   * channel lock as the constructor.
   */
  public void requireKey(ReplayBoundary boundary) {
    Long received = boundary.resumeAfter();
    long latest = boundary.latestPublicationId();
    cursor.requireKeyAfter(received == null ? latest : Math.max(received, latest));
  }

  /**
   * Plans what precedes live frames. Called once, before the first {@link #poll}; may scan the
   * history.
   */
  public void start(StartPosition start, ReplayBoundary boundary) {
    cursor.startAfter(boundary.latestPublicationId());
    CatchUpPlanner.StartPlan startPlan = planner.forStart(cursor, start, boundary);
    startResult = startPlan.result();
    Plan plan = startPlan.plan();
    if (plan != null) {
      follow(plan);
    }
  }

  /** Returns the outcome of the requested start position. */
  public StartResult startResult() {
    return Objects.requireNonNull(startResult);
  }

  /**
   * Sets the metadata that the client receives with this view. Called before the first {@link
   * #poll}.
   */
  public void receiveMetadata(ViewMetadata metadata) {
    this.metadata = metadata;
  }

  /** Returns the metadata that the client receives; null if it did not ask for it. */
  public @Nullable ViewMetadata metadata() {
    return metadata;
  }

  /** Returns the feed that this reader reads. */
  public Feed feed() {
    return cursor.feed();
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
    return catchUp == null ? cursor.read(sink, maxFrames) : Progress.CATCH_UP_REQUIRED;
  }

  /**
   * Sends the next piece of the catch-up that {@link Progress#CATCH_UP_REQUIRED} requires. The
   * catch-up is either the start that the client requested, or the replacement for metrics that the
   * reader missed.
   *
   * <p>A piece has about 64 KiB. This method may take the channel lock: do not call it on an I/O
   * thread.
   *
   * @param sink receives frames intended for this client only
   * @return false if nothing was left to send; true without a piece if the step ended early to give
   *     the thread back
   */
  public boolean catchUp(FrameSink sink) {
    return catchUp(sink, Integer.MAX_VALUE);
  }

  /**
   * Sends the next piece of the catch-up, limited to {@code maxFrames} frames. Only a single
   * replayed publication may exceed the limit.
   *
   * <p>A reader that is not lapped can be treated as if it were. A rate-limited client then
   * receives the latest values of all series rather than old values of some. The series that the
   * previous catch-up did not reach are sent first.
   *
   * @param maxFrames at least 2; or 1 to send only the number of missed metrics
   */
  public boolean catchUp(FrameSink sink, int maxFrames) {
    CatchUp current = catchUp;
    return current == null ? moveToHead(sink, maxFrames) : send(current, sink, maxFrames);
  }

  /**
   * Moves the cursor to the head and sends the first piece of the replacement. The first latest
   * values are taken under the same lock. Otherwise every series could advance in between,
   * repeatedly, and the client would never receive a value.
   */
  private boolean moveToHead(FrameSink sink, int maxFrames) {
    CatchUp first;
    lock.lock();
    try {
      first = follow(planner.forLag(cursor, rotation));
      first.beginUnderLock();
    } finally {
      lock.unlock();
    }
    return send(first, sink, maxFrames);
  }

  /** Returns whether a replay is in progress or follows. */
  public boolean isReplaying() {
    return catchUp instanceof Replay || nextCatchUp instanceof Replay;
  }

  /**
   * Skips the rest of the catch-up, because another reader replaces this one and its client must
   * not wait for minutes. A lapped reader moves to its end. The entries of the ring that precede
   * the end are still read.
   *
   * @param sink receives the notices of the missing part, in one call: the number of missed metrics
   *     that was not announced, and an incomplete replay as a gap of unknown size
   */
  public void skipCatchUp(FrameSink sink) {
    FrameBuffer notices = new FrameBuffer();
    lock.lock();
    try {
      CatchUp current = catchUp;
      if (current == null) {
        current = follow(planner.forLag(cursor, rotation));
      }
      int count = current.skip(cursor.feed(), notices);
      if (nextCatchUp != null) {
        count += nextCatchUp.skip(cursor.feed(), notices);
      }
      catchUp = null;
      nextCatchUp = null;
      if (count > 0) {
        sink.write(notices.toSharedFrames(), 0, notices.length(), count);
      }
    } finally {
      lock.unlock();
    }
  }

  private CatchUp follow(Plan plan) {
    catchUp = plan.first();
    nextCatchUp = plan.second();
    return plan.first();
  }

  private boolean send(CatchUp current, FrameSink sink, int maxFrames) {
    if (current.next(sink, maxFrames) || current.isPaused()) {
      return true;
    }
    if (current instanceof Replay replay && planner.extend(replay, cursor)) {
      return send(current, sink, maxFrames);
    }
    catchUp = nextCatchUp;
    nextCatchUp = null;
    return catchUp != null;
  }

  /**
   * Ends this reader at the head of the feed. Later entries are delivered by another reader, which
   * is opened under the same lock. So nothing is delivered twice, and nothing is omitted. Called
   * under the channel lock.
   */
  public void endAtHead() {
    cursor.endAtHead();
  }

  /**
   * Returns the statistics of the metrics published since the reader was opened. Takes the channel
   * lock.
   */
  public DeliveryStats stats() {
    lock.lock();
    try {
      return cursor.stats();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Closes the reader; it must not be used afterwards. Takes the channel lock.
   *
   * @return the final statistics
   */
  public DeliveryStats close() {
    boolean wasLast = false;
    try {
      lock.lock();
      try {
        wasLast = feeds.release(cursor.feed()); // first: the statistics may fail
        return cursor.stats().finished();
      } finally {
        lock.unlock();
      }
    } finally {
      end(wasLast);
    }
  }

  private void end(boolean wasLast) {
    try {
      if (wasLast) {
        cursor.feed().detach(lock);
      }
    } finally {
      onClosed.run();
    }
  }
}
