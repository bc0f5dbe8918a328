package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.internal.catchup.FeedCursor.MissedRange;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.feed.SeriesTable;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.frame.MetricBatch;
import io.greenlang.metrics.subscription.Format;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * A catch-up that sends the latest values that are in a range of publications, by series. A piece
 * is built under the channel lock, which is released after {@value #SERIES_PER_LOCK} series even if
 * none of them is part of the catch-up. The catch-up pauses when a piece is full and resumes by
 * series id. It begins where an earlier catch-up stopped, and wraps around to the same id.
 */
final class LatestValues implements CatchUp {

  /** The maximum number of series that are examined before the lock is released. */
  static final int SERIES_PER_LOCK = 256;

  /** The lock and the memory with which a channel's catch-ups build their pieces, one at a time. */
  static final class Workspace {
    private final Lock lock;
    private final MetricBatch batch = new MetricBatch(0);
    private final FrameBuffer piece = new FrameBuffer();

    /** Creates the workspace of a channel with this lock. */
    Workspace(Lock lock) {
      this.lock = lock;
    }
  }

  /**
   * The rotation of a reader's series. A rate-limited client that cannot receive all series in one
   * catch-up receives the others first in the next.
   */
  static final class Rotation {
    private long firstSeriesId;
  }

  /**
   * A replay that follows.
   *
   * @param until the last publication of the replay
   * @param fromMillis the replay omits samples that count before this time, in epoch milliseconds
   */
  record Replayed(long until, long fromMillis) {
    static final Replayed NONE = new Replayed(Long.MIN_VALUE, Long.MIN_VALUE);

    boolean omitsLatestOf(Series series) {
      return series.latestPublicationId() <= until && series.latestFoldMillis() < fromMillis;
    }
  }

  private final Feed feed;
  private final MissedRange range;
  private final Replayed replayed;
  private final Workspace workspace;
  private final Rotation rotation;
  private final long firstSeriesId;
  private boolean announced;
  private boolean wrapped;
  private boolean finished;

  /** The id of the series to look at next. */
  private long nextSeriesId;

  /** The id after the last series that was sent. */
  private long nextUnsentId;

  private LatestValues(
      MissedRange range, Replayed replayed, Feed feed, Workspace workspace, Rotation rotation) {
    this.range = range;
    this.replayed = replayed;
    this.feed = feed;
    this.workspace = workspace;
    this.rotation = rotation;
    this.firstSeriesId = rotation.firstSeriesId;
    this.nextSeriesId = firstSeriesId;
    this.nextUnsentId = firstSeriesId;
  }

  /** Returns a catch-up that replaces missed metrics; it announces their number first. */
  static LatestValues replacing(
      MissedRange missed, Feed feed, Workspace workspace, Rotation rotation) {
    return new LatestValues(missed, Replayed.NONE, feed, workspace, rotation);
  }

  /**
   * Returns a catch-up over the latest values up to a publication id, and those that a replay
   * omits.
   */
  static LatestValues upTo(long publicationId, Replayed replayed, Feed feed, Workspace workspace) {
    MissedRange everything =
        new MissedRange(Long.MIN_VALUE, publicationId, 0, publicationId, false);
    return new LatestValues(everything, replayed, feed, workspace, new Rotation());
  }

  @Override
  public boolean startUnderLock(FrameSink sink, int maxFrames) {
    boolean sent = sendSlice(sink, maxFrames);
    if (nextUnsentId == firstSeriesId) {
      nextUnsentId = nextSeriesId; // a later catch-up continues, even if nothing else is sent
    }
    return sent;
  }

  @Override
  public boolean next(FrameSink sink, int maxFrames) {
    while (!finished) {
      if (sendSlice(sink, maxFrames)) {
        return true;
      }
    }
    rotation.firstSeriesId = nextUnsentId;
    return false;
  }

  /** Writes the number of missed metrics. Requested latest values are not missed. */
  @Override
  public int skip(Feed ofReader, FrameBuffer out) {
    return announce(out);
  }

  /** Examines some series and sends those that are part of the catch-up, if any. */
  private boolean sendSlice(FrameSink sink, int maxFrames) {
    FrameBuffer piece = workspace.piece;
    workspace.lock.lock();
    try {
      piece.clear();
      int frameCount = announce(piece);
      frameCount += writeSeries(piece, maxFrames - frameCount);
      if (frameCount > 0) {
        sink.write(piece.toSharedFrames(), 0, piece.length(), frameCount);
      }
      return frameCount > 0;
    } finally {
      workspace.lock.unlock();
    }
  }

  private int announce(FrameBuffer piece) {
    if (announced) {
      return 0;
    }
    announced = true;
    if (range.missed() == 0) {
      return 0;
    }
    feed.writeLagged(range.missed(), range.isOverBudget(), piece);
    return 1;
  }

  private int writeSeries(FrameBuffer piece, int maxFrames) {
    MetricBatch batch = workspace.batch;
    Interval interval = feed.subscription().interval();
    batch.reset(interval == null ? 0 : interval.millis());
    int capacity = capacity(maxFrames);
    SeriesTable table = feed.router().table();
    Series series = nextCandidate(table);
    for (int i = 0; i < SERIES_PER_LOCK && series != null && batch.size() < capacity; i++) {
      nextSeriesId = series.id() + 1;
      if (isIncluded(series)) {
        nextUnsentId = nextSeriesId;
        add(series, batch);
      }
      series = nextCandidate(table);
    }
    finished = series == null;
    return batch.size() == 0
        ? 0
        : feed.writeAll(batch, feed.router().toOffset(range.resumeAfter()), piece);
  }

  /** Returns the maximum number of series in a piece. */
  private int capacity(int maxFrames) {
    // A metric is rarely longer than 256 bytes, so this many fill a piece.
    int capacity = PIECE_BYTES / 256;
    boolean unlimited = maxFrames > 0 && feed.subscription().format() == Format.BATCH;
    return unlimited ? capacity : Math.min(capacity, maxFrames);
  }

  private static void add(Series series, MetricBatch batch) {
    batch.add(
        series.templates(),
        series.latestValue(),
        series.latestAggregate(),
        series.latestTimeMillis());
  }

  private @Nullable Series nextCandidate(SeriesTable table) {
    Series next = table.nextCandidate(feed, nextSeriesId);
    if (next == null && !wrapped) {
      wrapped = true;
      nextSeriesId = 0;
      next = table.nextCandidate(feed, 0);
    }
    return wrapped && (next == null || next.id() >= firstSeriesId) ? null : next;
  }

  /**
   * Returns whether a series is part of this catch-up. A latest value after the range is delivered
   * by the ring or the replay; sending it here would be too early.
   */
  private boolean isIncluded(Series series) {
    boolean isInRange =
        series.latestPublicationId() > range.after()
            && series.latestPublicationId() <= range.until();
    return (isInRange || replayed.omitsLatestOf(series)) && series.isSelectedBy(feed);
  }
}
