package io.greenlang.metrics.feed;

/**
 * A catch-up that replays a range of the history in order, up to the position where the feed takes
 * over. Used by one thread at a time.
 */
abstract class Replay implements Prelude {

  /** Bounds the span, so that it can be doubled without overflow. */
  private static final long MAX_SPAN = 1L << 40;

  private Past history;

  /** All publications up to this id have been replayed. */
  private long replayed;

  private long until;

  /** The number of publication ids read at once; it adapts to their size. */
  private long span = 1;

  Replay(Past history, long after, long until) {
    this.history = history;
    this.replayed = after;
    this.until = until;
  }

  @Override
  public final boolean step(FrameSink sink, int maxFrames) {
    history.begin();
    while (replayed < until && history.bytes() < STEP_BYTES / 2 && history.frames() < maxFrames) {
      int before = history.bytes();
      long to = Math.min(until, replayed + span);
      play(history, replayed, to);
      replayed = to;
      adapt(history.bytes() - before);
    }
    return history.end(sink);
  }

  /**
   * Extends the replay to a later publication id, because the feed has evicted entries meanwhile.
   */
  final void extend(Past newHistory, long newUntil) {
    history = newHistory;
    until = newUntil;
  }

  /** Returns the last publication id of the replay. */
  final long until() {
    return until;
  }

  /** Adds the publications after {@code after}, up to and including {@code to}. */
  abstract void play(Past history, long after, long to);

  private void adapt(int bytes) {
    if (bytes < STEP_BYTES / 4) {
      span = Math.min(2 * span, MAX_SPAN);
    } else if (bytes > STEP_BYTES / 2 && span > 1) {
      span /= 2;
    }
  }
}
