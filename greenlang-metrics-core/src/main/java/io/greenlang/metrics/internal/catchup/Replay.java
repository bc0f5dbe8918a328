package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.frame.FrameBuffer;

/**
 * A catch-up that replays a range of the history in order, up to the position where the feed takes
 * over. It ends with a gap if its next publication was evicted before a slow client received it.
 * Used by one thread at a time.
 */
abstract class Replay implements CatchUp {

  /** Bounds the span, so that it can be doubled without overflow. */
  static final long MAX_SPAN = 1L << 40;

  /**
   * The maximum number of extensions. A client that reads the replay faster than metrics are
   * published needs fewer; a slower one would never reach live metrics.
   */
  private static final int MAX_EXTENSIONS = 8;

  /**
   * The maximum number of spans read per call. A replay that finds little to send otherwise holds
   * its thread for the entire range.
   */
  private static final int SPANS_PER_CALL = 16;

  private HistoryView history;

  /** Whether the history is known to contain the next publication. */
  private boolean verified = true;

  /** All publications up to this id have been replayed. */
  private long replayed;

  private long until;

  /** The number of publication ids read at once; it adapts to their size. */
  private long span = 1;

  private int extensions;

  Replay(HistoryView history, long after, long until) {
    this.history = history;
    this.replayed = after;
    this.until = until;
  }

  @Override
  public final boolean next(FrameSink sink, int maxFrames) {
    boolean retained = replayed == until || renew();
    history.beginPiece();
    if (!retained) {
      history.writeGap();
      replayed = until;
    }
    int spans = 0;
    while (replayed < until
        && spans < SPANS_PER_CALL
        && history.bytes() < PIECE_BYTES / 2
        && history.frames() < maxFrames) {
      spans++;
      int before = history.bytes();
      long to = Math.min(until, replayed + span);
      replay(history, replayed, to);
      replayed = to;
      adapt(history.bytes() - before);
    }
    return history.endPiece(sink);
  }

  @Override
  public final boolean isPaused() {
    return replayed < until;
  }

  @Override
  public final int skip(Feed feed, FrameBuffer out) {
    if (replayed == until) {
      return 0;
    }
    feed.writeSkippedReplay(out);
    return 1;
  }

  /** Takes new snapshots if necessary; returns whether they contain the next publication. */
  private boolean renew() {
    HistoryView current = history.current();
    boolean retained = (verified && current == history) || isRetained(current, replayed);
    history = current;
    verified = true;
    return retained;
  }

  /** Returns whether a view contains all that follows a publication and is not read yet. */
  abstract boolean isRetained(HistoryView view, long after);

  /** Returns whether the replay was extended less often than the maximum. */
  final boolean mayBeExtended() {
    return extensions < MAX_EXTENSIONS;
  }

  /**
   * Extends the replay to a later publication id, because the feed has evicted entries meanwhile.
   */
  final void extend(HistoryView newHistory, long newUntil) {
    extensions++;
    history = newHistory;
    verified = false;
    until = newUntil;
  }

  /** Returns the last publication id of the replay. */
  final long until() {
    return until;
  }

  /** Adds the publications after {@code after}, up to and including {@code to}. */
  abstract void replay(HistoryView history, long after, long to);

  private void adapt(int bytes) {
    if (bytes < PIECE_BYTES / 4) {
      span = Math.min(2 * span, MAX_SPAN);
    } else if (bytes > PIECE_BYTES / 2 && span > 1) {
      span /= 2;
    }
  }
}
