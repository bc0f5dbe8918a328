package io.greenlang.metrics.feed;

import java.util.function.LongUnaryOperator;

/**
 * A walk over the series of a channel that brings a client the newest value of each one that had a
 * metric in a range of blocks. It pauses whenever a piece is full and goes on by series id. Under
 * the channel's lock.
 */
final class NewestValues {

  private final long after;
  private final long until;
  private final long missed;

  /**
   * Where the client stands meanwhile: no further than before, or it could not come back for it.
   */
  private final long standing;

  private boolean told;
  private long nextSeries;

  /**
   * A walk that has not begun.
   *
   * @param missed how many metrics these values stand for; 0 if the client had asked for them
   */
  NewestValues(long after, long until, long missed, long standing) {
    this.after = after;
    this.until = until;
    this.missed = missed;
    this.standing = standing;
  }

  /** Writes the next piece and tells how many frames it has: 0 if nothing was left to write. */
  int step(
      Feed feed, SeriesTable table, MetricBlock block, LongUnaryOperator offsets, FrameBuffer out) {
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
    Series series = table.from(nextSeries);
    while (series != null && block.size() < room) {
      nextSeries = series.id + 1;
      if (concerns(feed, series)) {
        feed.choose(
            block.add(series, series.newestValue, series.newestAggregate, series.newestTimeMillis));
      }
      series = table.from(nextSeries);
    }
    if (block.size() > 0) {
      long offset = offsets.applyAsLong(standing);
      feed.write(block, offset, offset, out);
      feed.forgetChosen();
      frameCount += feed.frameCount();
    }
    return frameCount;
  }

  /** A series that moved on after the end will come from the ring; here it would come too early. */
  private boolean concerns(Feed feed, Series series) {
    return series.newestNumber > after
        && series.newestNumber <= until
        && feed.wants(series.name(), series.tags());
  }
}
