package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.feed.SeriesTable;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.frame.MetricBatch;
import io.greenlang.metrics.subscription.Format;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A catch-up that sends the latest value of each series with a metric in a range of publications.
 * It pauses when a piece is full and resumes by series id. It begins where an earlier catch-up
 * stopped, and wraps around to the same id. Used under the channel lock.
 */
public final class LatestValues {

  private final long after;
  private final long until;
  private final long missed;

  /**
   * The client's position during the catch-up: no further than before, so that it can still resume.
   */
  private final long resumePosition;

  private final long firstSeries;
  private boolean announced;
  private boolean wrapped;
  private long nextSeries;
  private long nextSeriesId;

  /**
   * Creates a catch-up over the series with a metric after {@code after}, up to and including
   * {@code until}.
   *
   * @param missed the number of metrics that these values replace; 0 if the client requested them
   * @param firstSeries the id of the series to begin with
   */
  LatestValues(long after, long until, long missed, long resumePosition, long firstSeries) {
    this.firstSeries = firstSeries;
    this.nextSeries = firstSeries;
    this.nextSeriesId = firstSeries;
    this.after = after;
    this.until = until;
    this.missed = missed;
    this.resumePosition = resumePosition;
  }

  /** Writes the next piece and returns its number of frames; 0 if nothing was left to write. */
  public int step(
      Feed feed,
      SeriesTable table,
      MetricBatch batch,
      LongUnaryOperator toOffset,
      FrameBuffer out,
      int maxFrames) {
    int frameCount = 0;
    if (!announced) {
      announced = true;
      if (missed > 0) {
        feed.writeLagged(missed, out);
        frameCount = 1;
      }
    }
    batch.clear();
    // A metric is rarely longer than 256 bytes, so this many fill a piece.
    int capacity = CatchUp.PIECE_BYTES / 256;
    int framesLeft = maxFrames - frameCount;
    if (framesLeft == 0 || feed.subscription.format() != Format.BATCH) {
      capacity = Math.min(capacity, framesLeft);
    }
    Series series = next(feed, table);
    while (series != null && batch.size() < capacity) {
      nextSeries = series.id + 1;
      if (isIncluded(feed, series)) {
        nextSeriesId = nextSeries;
        feed.select(
            batch.add(series, series.latestValue, series.latestAggregate, series.latestTimeMillis));
      }
      series = next(feed, table);
    }
    if (batch.size() > 0) {
      long offset = toOffset.applyAsLong(resumePosition);
      feed.write(batch, offset, offset, out);
      feed.clearSelection();
      frameCount += feed.frameCount();
    }
    return frameCount;
  }

  /**
   * Returns the series id with which a later catch-up should begin, so that every series gets its
   * turn.
   */
  long nextSeriesId() {
    return nextSeriesId;
  }

  private @Nullable Series next(Feed feed, SeriesTable table) {
    Series next = table.nextCandidate(feed, nextSeries);
    if (next == null && !wrapped) {
      wrapped = true;
      nextSeries = 0;
      next = table.nextCandidate(feed, 0);
    }
    return wrapped && (next == null || next.id >= firstSeries) ? null : next;
  }

  /**
   * Returns whether a series is part of this catch-up. A series with a value after the range is
   * delivered by the ring; sending it here would be too early.
   */
  private boolean isIncluded(Feed feed, Series series) {
    return series.latestPublicationId > after
        && series.latestPublicationId <= until
        && feed.matches(series.name(), series.tags());
  }
}
