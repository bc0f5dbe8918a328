package io.greenlang.metrics.feed;

import io.greenlang.metrics.subscription.Format;
import org.jspecify.annotations.Nullable;

/**
 * A walk over the series of a channel that brings a client the newest value of each one that had a
 * metric between two offsets. It pauses whenever a piece is full and goes on by series id, from
 * where an earlier walk got to, around to there again. Under the channel's lock.
 */
final class CatchUp {

  /** About how many bytes one step brings. */
  static final int STEP_BYTES = 64 * 1024;

  private final long afterOffset;
  private final long untilOffset;
  private final long missed;
  private final long firstSeries;
  private boolean told;
  private boolean wrapped;
  private long nextSeries;
  private long firstNotReached;

  CatchUp(long afterOffset, long untilOffset, long missed, long firstSeries) {
    this.firstSeries = firstSeries;
    this.nextSeries = firstSeries;
    this.firstNotReached = firstSeries;
    this.afterOffset = afterOffset;
    this.untilOffset = untilOffset;
    this.missed = missed;
  }

  /** Writes the next piece and tells how many frames it has: 0 if nothing was left to write. */
  int step(Feed feed, SeriesTable table, MetricBlock block, FrameBuffer out, int maxFrames) {
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
    int room = STEP_BYTES / 256;
    int framesLeft = maxFrames - frameCount;
    if (framesLeft == 0 || feed.subscription.format() != Format.BATCH) {
      room = Math.min(room, framesLeft);
    }
    Series series = next(table);
    while (series != null && block.size() < room) {
      nextSeries = series.id + 1;
      if (concerns(feed, series)) {
        firstNotReached = nextSeries;
        feed.choose(
            block.add(series, series.newestValue, series.newestAggregate, series.newestTimeMillis));
      }
      series = next(table);
    }
    if (block.size() > 0) {
      feed.write(block, out);
      feed.forgetChosen();
      frameCount += feed.frameCount();
    }
    return frameCount;
  }

  /** Where a later walk should begin, so that each series has its turn. */
  long firstNotReached() {
    return firstNotReached;
  }

  private @Nullable Series next(SeriesTable table) {
    Series next = table.from(nextSeries);
    if (next == null && !wrapped) {
      wrapped = true;
      nextSeries = 0;
      next = table.from(0);
    }
    return wrapped && (next == null || next.id >= firstSeries) ? null : next;
  }

  /** A series that moved on after the end will come from the ring; here it would come too early. */
  private boolean concerns(Feed feed, Series series) {
    return series.newestOffset > afterOffset
        && series.newestOffset <= untilOffset
        && feed.wants(series.name(), series.tags());
  }
}
