package io.greenlang.metrics.feed;

import io.greenlang.metrics.subscription.Format;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A walk over the series of a channel that brings a client the newest value of each one that had a
 * metric in a range of blocks. It pauses whenever a piece is full and goes on by series id, from
 * where an earlier walk got to, around to there again. Under the channel's lock.
 */
final class NewestValues {

  private final long after;
  private final long until;
  private final long missed;

  /**
   * Where the client stands meanwhile: no further than before, or it could not come back for it.
   */
  private final long standing;

  private final long firstSeries;
  private boolean told;
  private boolean wrapped;
  private long nextSeries;
  private long firstNotReached;

  /**
   * A walk that has not begun.
   *
   * @param missed how many metrics these values stand for; 0 if the client had asked for them
   * @param firstSeries the id to begin with
   */
  NewestValues(long after, long until, long missed, long standing, long firstSeries) {
    this.firstSeries = firstSeries;
    this.nextSeries = firstSeries;
    this.firstNotReached = firstSeries;
    this.after = after;
    this.until = until;
    this.missed = missed;
    this.standing = standing;
  }

  /** Writes the next piece and tells how many frames it has: 0 if nothing was left to write. */
  int step(
      Feed feed,
      SeriesTable table,
      MetricBlock block,
      LongUnaryOperator offsets,
      FrameBuffer out,
      int maxFrames) {
    int frameCount = 0;
    if (!told) {
      told = true;
      if (missed > 0) {
        feed.writeLagged(missed, out);
        frameCount = 1;
      }
    }
    block.clear();
    // A metric is rarely longer than 256 bytes, so this many fill a step.
    int room = Prelude.STEP_BYTES / 256;
    int framesLeft = maxFrames - frameCount;
    if (framesLeft == 0 || feed.subscription.format() != Format.BATCH) {
      room = Math.min(room, framesLeft);
    }
    Series series = next(feed, table);
    while (series != null && block.size() < room) {
      nextSeries = series.id + 1;
      if (concerns(feed, series)) {
        firstNotReached = nextSeries;
        feed.choose(
            block.add(series, series.newestValue, series.newestAggregate, series.newestTimeMillis));
      }
      series = next(feed, table);
    }
    if (block.size() > 0) {
      long offset = offsets.applyAsLong(standing);
      feed.write(block, offset, offset, out);
      feed.forgetChosen();
      frameCount += feed.frameCount();
    }
    return frameCount;
  }

  /** Where a later walk should begin, so that each series has its turn. */
  long firstNotReached() {
    return firstNotReached;
  }

  private @Nullable Series next(Feed feed, SeriesTable table) {
    Series next = table.nextThatMayBeWanted(feed, nextSeries);
    if (next == null && !wrapped) {
      wrapped = true;
      nextSeries = 0;
      next = table.nextThatMayBeWanted(feed, 0);
    }
    return wrapped && (next == null || next.id >= firstSeries) ? null : next;
  }

  /** A series that moved on after the end will come from the ring; here it would come too early. */
  private boolean concerns(Feed feed, Series series) {
    return series.newestNumber > after
        && series.newestNumber <= until
        && feed.wants(series.name(), series.tags());
  }
}
