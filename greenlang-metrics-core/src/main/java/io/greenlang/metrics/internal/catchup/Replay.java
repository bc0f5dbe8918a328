package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.frame.FrameBuffer;

/**
 * A catch-up that replays a range of the history in order, up to the position where the feed takes
 * over. If publications are evicted before a slow client receives them, the client receives a gap
 * in their place, and the replay continues where the history is complete. Used by one thread at a
 * time.
 */
abstract class Replay implements CatchUp {

  /** Bounds the span, so that it can be doubled without overflow. */
  static final long MAX_SPAN = 1L << 40;

  /** The place of a gap that is not pending. */
  private static final long NO_GAP = Long.MAX_VALUE;

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

  /** All publications up to this id have been replayed, or replaced by a gap. */
  private long replayed;

  private long until;

  /**
   * Publications up to this id may be missing. The client knows it from the outcome of its start or
   * from a gap, possibly a pending one.
   */
  private long incompleteUntil;

  /** The pending gap follows this publication id, up to which the history was read in time. */
  private long gapAfter = NO_GAP;

  /** The number of publication ids read at once; it adapts to their size. */
  private long span = 1;

  private int extensions;

  /**
   * Creates a replay of the publications after {@code after}, up to and including {@code until}.
   *
   * @param incompleteUntil the client knows that publications up to this id may be missing
   */
  Replay(HistoryView history, long after, long until, long incompleteUntil) {
    this.history = history;
    this.replayed = after;
    this.until = until;
    this.incompleteUntil = incompleteUntil;
  }

  @Override
  public final boolean next(FrameSink sink, int maxFrames) {
    if (isPaused()) {
      history.renewIfOld();
      recordEviction();
    }
    history.beginPiece();
    for (int i = 0; i < SPANS_PER_CALL && isPaused() && hasRoom(maxFrames); i++) {
      if (replayed == gapAfter) {
        passGap();
      } else {
        replaySpan();
      }
    }
    return history.endPiece(sink);
  }

  @Override
  public final boolean isPaused() {
    return replayed < until;
  }

  @Override
  public final int skip(Feed feed, FrameBuffer out) {
    if (!isPaused()) {
      return 0;
    }
    feed.writeSkippedReplay(out);
    return 1;
  }

  /**
   * Records a gap if publications were evicted that the client was to receive. A gap that is
   * pending already grows.
   */
  private void recordEviction() {
    long read = lastRead(replayed);
    long retainedAfter = retainedAfter(history);
    if (read < until && retainedAfter > Math.max(read, incompleteUntil)) {
      gapAfter = read;
      incompleteUntil = retainedAfter;
    }
  }

  private boolean hasRoom(int maxFrames) {
    return history.bytes() < PIECE_BYTES / 2 && history.frames() < maxFrames;
  }

  /** Writes the gap, and continues after it. It may reach beyond the end of this replay. */
  private void passGap() {
    history.writeGap();
    replayed = incompleteUntil;
    gapAfter = NO_GAP;
    onGap(replayed);
  }

  private void replaySpan() {
    int before = history.bytes();
    long to = Math.min(Math.min(until, gapAfter), replayed + span);
    replay(history, replayed, to);
    replayed = to;
    adapt(history.bytes() - before);
  }

  /** Returns the publication id after which a view contains everything. */
  abstract long retainedAfter(HistoryView view);

  /**
   * Returns the last publication id that was read from the history and cannot be lost to eviction.
   *
   * @param replayedUntil the last publication id that was replayed
   */
  abstract long lastRead(long replayedUntil);

  /** Continues after a gap, of which the given publication id is the last. */
  abstract void onGap(long lastMissing);

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
