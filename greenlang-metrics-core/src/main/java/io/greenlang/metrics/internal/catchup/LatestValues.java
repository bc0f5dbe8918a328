package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.internal.catchup.FeedCursor.MissedRange;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.frame.FrameWriter;
import io.greenlang.metrics.internal.frame.MetricBatch;
import io.greenlang.metrics.subscription.Format;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A catch-up that sends the latest values that are in a range of publications, by series. The
 * values of at most {@value LatestSlice#SERIES} series are copied under the channel lock. Raw
 * samples are compared with the view and encoded without it, because publishers wait for it; for
 * windows, publishers do not. The catch-up pauses when a piece is full and resumes by series id. It
 * begins where an earlier catch-up stopped, and wraps around to the same id.
 */
final class LatestValues implements CatchUp {

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
      return series.latestUpdateId() <= until && series.latestFoldMillis() < fromMillis;
    }
  }

  /**
   * The source of the values.
   *
   * @param lock the part of the channel lock that protects the feed
   * @param pool the memory for slices
   */
  record Source(Feed feed, Lock lock, LatestSlice.Pool pool) {}

  private final Feed feed;
  private final Source source;
  private final Predicate<Series> matcher;
  private final MissedRange range;
  private final Replayed replayed;
  private final Rotation rotation;
  private final long firstSeriesId;
  private boolean announced;
  private boolean wrapped;
  private boolean finished;

  /** The id of the series to look at next. */
  private long nextSeriesId;

  /** The id after the last series that was sent. */
  private long nextUnsentId;

  /** The slice that was taken when the cursor was moved; null once it is sent. */
  private @Nullable LatestSlice begun;

  private LatestValues(MissedRange range, Replayed replayed, Source source, Rotation rotation) {
    this.range = range;
    this.replayed = replayed;
    this.source = source;
    this.feed = source.feed();
    this.matcher = feed.matcher();
    this.rotation = rotation;
    this.firstSeriesId = rotation.firstSeriesId;
    this.nextSeriesId = firstSeriesId;
    this.nextUnsentId = firstSeriesId;
  }

  /** Returns a catch-up that replaces missed metrics; it announces their number first. */
  static LatestValues replacing(MissedRange missed, Source source, Rotation rotation) {
    return new LatestValues(missed, Replayed.NONE, source, rotation);
  }

  /**
   * Returns a catch-up over the latest values up to a publication id, and those that a replay
   * omits.
   */
  static LatestValues upTo(long publicationId, Replayed replayed, Source source) {
    MissedRange everything =
        new MissedRange(Long.MIN_VALUE, publicationId, 0, publicationId, false);
    return new LatestValues(everything, replayed, source, new Rotation());
  }

  @Override
  public void beginUnderLock() {
    LatestSlice slice = source.pool().acquire();
    take(slice);
    begun = slice;
  }

  @Override
  public boolean next(FrameSink sink, int maxFrames) {
    LatestSlice first = begun;
    if (first != null) {
      begun = null;
      boolean sent = send(first, sink, maxFrames);
      source.pool().release(first);
      if (nextUnsentId == firstSeriesId) {
        nextUnsentId = nextSeriesId; // a later catch-up continues, even if nothing else is sent
      }
      if (sent) {
        return true;
      }
    }
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
    if (!startAnnouncement()) {
      return 0;
    }
    feed.writeLagged(range.missed(), range.isOverBudget(), out);
    return 1;
  }

  /** Returns whether the number of missed metrics is to be announced now, which is so once. */
  private boolean startAnnouncement() {
    boolean due = !announced && range.missed() > 0;
    announced = true;
    return due;
  }

  /** Examines some series and sends those that are part of the catch-up, if any. */
  private boolean sendSlice(FrameSink sink, int maxFrames) {
    LatestSlice slice = source.pool().acquire();
    boolean ofWindows = feed.subscription().interval() != null;
    boolean sent = false;
    source.lock().lock();
    try {
      take(slice);
      if (ofWindows) { // whose aggregates may be an application's, which are not thread-safe
        sent = send(slice, sink, maxFrames);
      }
    } finally {
      source.lock().unlock();
    }
    sent = ofWindows ? sent : send(slice, sink, maxFrames);
    source.pool().release(slice);
    return sent;
  }

  /** Copies the latest values of the next series. Called under the lock. */
  private void take(LatestSlice slice) {
    slice.begin(feed.router().toOffset(range.resumeAfter()));
    boolean mayHaveMore = add(slice, nextSeriesId, wrapped ? firstSeriesId : Long.MAX_VALUE);
    if (!mayHaveMore && !wrapped && slice.size() < LatestSlice.SERIES) {
      add(slice, 0, firstSeriesId);
    }
    finished = slice.size() == 0;
  }

  /** Adds the next series in a range of ids to a slice; returns whether there may be more. */
  private boolean add(LatestSlice slice, long fromId, long endId) {
    List<Series> candidates = slice.candidates();
    int maxCount = LatestSlice.SERIES - slice.size();
    boolean mayHaveMore = feed.router().table().candidates(feed, fromId, maxCount, candidates);
    for (Series each : candidates) {
      if (each.id() < endId) {
        slice.add(each, isIncluded(each));
      }
    }
    return mayHaveMore;
  }

  /** Sends the series of a slice that the view includes, until the piece is full. */
  private boolean send(LatestSlice slice, FrameSink sink, int maxFrames) {
    FrameWriter writer = slice.writer(feed);
    int frameCount = 0;
    if (startAnnouncement()) {
      writer.lagged(range.missed(), range.isOverBudget(), slice.piece());
      frameCount = 1;
    }
    frameCount += writeSeries(slice, writer, maxFrames - frameCount);
    if (frameCount > 0) {
      sink.write(slice.piece().toSharedFrames(), 0, slice.piece().length(), frameCount);
    }
    return frameCount > 0;
  }

  private int writeSeries(LatestSlice slice, FrameWriter writer, int maxFrames) {
    Interval interval = feed.subscription().interval();
    MetricBatch batch = slice.batch(interval == null ? 0 : interval.millis());
    int capacity = capacity(maxFrames);
    for (int i = 0; i < slice.size() && batch.size() < capacity; i++) {
      Series series = slice.series(i);
      wrapped |= series.id() < firstSeriesId;
      nextSeriesId = series.id() + 1;
      if (slice.isIncluded(i) && matcher.test(series)) {
        nextUnsentId = nextSeriesId;
        slice.addTo(batch, i);
      }
    }
    return slice.write(batch, writer);
  }

  /** Returns the maximum number of series in a piece. */
  private int capacity(int maxFrames) {
    // A metric is rarely longer than 256 bytes, so this many fill a piece.
    int capacity = PIECE_BYTES / 256;
    Format format = feed.subscription().format();
    boolean isOneFrame = format == Format.BATCH || format == Format.COLUMNAR;
    boolean unlimited = maxFrames > 0 && isOneFrame;
    return unlimited ? capacity : Math.min(capacity, maxFrames);
  }

  /**
   * Returns whether a series is part of this catch-up. A latest value after the range is delivered
   * by the ring or the replay; sending it here would be too early.
   */
  private boolean isIncluded(Series series) {
    boolean isInRange =
        series.latestUpdateId() > range.after() && series.latestUpdateId() <= range.until();
    return isInRange || replayed.omitsLatestOf(series);
  }
}
