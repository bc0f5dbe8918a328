package io.greenlang.metrics.feed;

/**
 * A walk over the series of a channel that brings a client the newest value of each one that had a
 * metric between two offsets. It pauses whenever a piece is full and goes on by series id. Under
 * the channel's lock.
 */
final class CatchUp {

  /** About how many bytes one step brings. */
  static final int STEP_BYTES = 64 * 1024;

  private final long afterOffset;
  private final long untilOffset;
  private final long missed;
  private boolean told;
  private long nextSeries;

  CatchUp(long afterOffset, long untilOffset, long missed) {
    this.afterOffset = afterOffset;
    this.untilOffset = untilOffset;
    this.missed = missed;
  }

  /** Writes the next piece and tells how many frames it has: 0 if nothing was left to write. */
  int step(Feed feed, SeriesTable table, MetricBlock block, FrameBuffer out) {
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
      feed.write(block, out);
      feed.forgetChosen();
      frameCount += feed.frameCount();
    }
    return frameCount;
  }

  /** A series that moved on after the end will come from the ring; here it would come too early. */
  private boolean concerns(Feed feed, Series series) {
    return series.newestOffset > afterOffset
        && series.newestOffset <= untilOffset
        && feed.wants(series.name(), series.tags());
  }
}
