package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.internal.history.FoldCheckpoint.Origin;
import io.greenlang.metrics.internal.history.SeriesHistory.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * A fold of a series whose windows depend on earlier samples, such as a counter. Used by one
 * thread; takes no lock but that of the cache.
 *
 * <p>The chunks of a series form segments. The windows that begin in a segment are always folded
 * from the same sample: the first one of the segment's <em>lead</em>, which are the chunks before
 * it. The result therefore does not depend on the range that is read, nor on the cache. The cache
 * retains the state of the fold at every {@value #STRIDE}th sample, so that the next page or
 * another reader continues from there instead of folding the lead again. Samples are only ever
 * appended, so a state stays valid. It is used only while all chunks of the lead are retained.
 */
final class SegmentFold {

  /** The minimum number of samples between two states of a fold. */
  static final int STRIDE = 16;

  /** The lead is longer than a counter can be undecided about a restart. */
  static final long LEAD_MILLIS = 30_000;

  /**
   * The number of samples before {@link #LEAD_MILLIS} that the lead contains, too: the increase of
   * a counter depends on the totals before the range.
   */
  static final int LEAD_SAMPLES = 2 * SampleChunk.CAPACITY;

  /** The size from which a segment is complete: folding the lead costs about as much. */
  private static final int SEGMENT_SAMPLES = LEAD_SAMPLES;

  private static final long SEGMENT_MILLIS = 2 * LEAD_MILLIS;

  private final SampleRun run;
  private final boolean shortened;
  private final Aggregator aggregator;
  private final Interval interval;
  private final List<Window> windows = new ArrayList<>();

  /**
   * Creates a fold.
   *
   * @param interval an interval that no tier stores
   */
  SegmentFold(SeriesSnapshot series, Aggregator aggregator, Interval interval) {
    this.run = new SampleRun(series.samples);
    this.shortened = series.shortened;
    this.aggregator = aggregator;
    this.interval = interval;
  }

  /** Returns whether a segment with this number of samples and duration is long enough. */
  static boolean isComplete(long samples, long millis) {
    return samples >= SEGMENT_SAMPLES && Math.abs(millis) >= SEGMENT_MILLIS;
  }

  /**
   * Returns the windows that start in a time range, in order.
   *
   * @param from the start of the range, inclusive, in epoch milliseconds
   * @param to the end of the range, exclusive, in epoch milliseconds
   */
  List<Window> windows(long from, long to) {
    long endMillis = SeriesReader.endOfWindows(interval, to);
    int next = 0;
    while (next < run.size()) {
      int first = next;
      next = run.endOfSegment(first);
      int last = run.lastOverlapping(first, next, from, endMillis);
      if (last >= 0) {
        long until = run.position(last, run.lastCounting(last, endMillis));
        new Segment(first, next).fold(until, from, to);
      }
    }
    windows.removeIf(window -> window.startMillis() < from || window.startMillis() >= to);
    return WindowFolder.merge(windows);
  }

  /** The fold of the windows that begin in one segment. */
  private final class Segment {

    private final int first;
    private final int end;
    private final int lead;
    private final Origin origin;
    private final WindowFolder folder;

    /** The number of samples since the last state that was saved. */
    private int unsaved;

    Segment(int first, int end) {
      this.first = first;
      this.end = end;
      this.lead = leadStart(first);
      this.origin =
          new Origin(aggregator, interval, run.chunk(lead).number(), shortened || lead > 0);
      this.folder =
          new WindowFolder(
              run,
              aggregator,
              interval,
              origin.incomplete(),
              run.position(first, 0),
              run.position(end, 0));
    }

    /** Folds up to a position, and on until the windows that are open before {@code to} close. */
    void fold(long until, long from, long to) {
      long start = resume(until, from);
      int chunk = run.chunkOf(start);
      int index = SampleRun.indexOf(start);
      while (chunk < run.size()
          && (run.position(chunk, index) <= until || folder.isOpenBefore(to))) {
        if (index == run.decoded(chunk).count()) {
          chunk++;
          index = 0;
          folder.releaseBefore(chunk);
        } else {
          add(chunk, index++);
        }
      }
      windows.addAll(folder.finish());
    }

    /** Continues from the latest state before {@code from}; otherwise begins with the lead. */
    private long resume(long until, long from) {
      for (int chunk = run.chunkOf(until); chunk >= first; chunk--) {
        FoldCheckpoints known = run.chunk(chunk).checkpoints();
        FoldCheckpoint latest = known == null ? null : known.latest(origin, from);
        if (latest != null && folder.resume(latest)) {
          return latest.position;
        }
      }
      unsaved = Integer.MAX_VALUE / 2;
      return run.position(lead, 0);
    }

    private void add(int chunk, int index) {
      if (index % STRIDE == 0 && chunk >= first && chunk < end && isStateDue()) {
        unsaved = 0;
        save(chunk, run.position(chunk, index));
      }
      unsaved++;
      folder.add(chunk, index);
    }

    /**
     * Returns whether a state is due. Those of a series with many samples per window are large, so
     * there are fewer.
     */
    private boolean isStateDue() {
      return unsaved >= STRIDE && unsaved >= 2 * folder.openSamples();
    }

    private void save(int chunk, long position) {
      FoldCheckpoints known = run.chunk(chunk).checkpoints();
      if (known == null || !known.contains(origin, position)) {
        FoldCheckpoint state = folder.checkpoint(origin, position);
        if (state != null) {
          run.chunk(chunk).addCheckpoint(state);
        }
      }
    }
  }

  /** Returns the first chunk of the lead of a segment. */
  private int leadStart(int first) {
    long millis = run.chunk(first).firstWindowTimeMillis() - LEAD_MILLIS;
    int start = first;
    while (start > 0 && run.chunk(start).firstWindowTimeMillis() > millis) {
      start--;
    }
    int samples = 0;
    while (start > 0 && samples < LEAD_SAMPLES) {
      start--;
      samples += run.chunk(start).count();
    }
    return start;
  }
}
