package io.greenlang.metrics.feed;

/**
 * A stretch of the past that is played to a client, in order, up to where its feed takes over. One
 * thread at a time.
 */
abstract class Replay implements Prelude {

  /** So that a span can always be doubled. */
  private static final long MAX_SPAN = 1L << 40;

  private Past past;

  /** All blocks up to this one were played. */
  private long played;

  private long until;

  /** How many blocks are looked at together; grows and shrinks with what they hold. */
  private long span = 1;

  Replay(Past past, long after, long until) {
    this.past = past;
    this.played = after;
    this.until = until;
  }

  @Override
  public final boolean step(FrameSink sink, int maxFrames) {
    past.begin();
    while (played < until && past.bytes() < STEP_BYTES / 2 && past.frames() < maxFrames) {
      int before = past.bytes();
      long to = Math.min(until, played + span);
      play(past, played, to);
      played = to;
      adapt(past.bytes() - before);
    }
    return past.end(sink);
  }

  /** Goes on to a later block, because the feed has forgotten what came meanwhile. */
  final void extend(Past newer, long toBlock) {
    past = newer;
    until = toBlock;
  }

  /** The last block that it plays. */
  final long until() {
    return until;
  }

  /** Adds the blocks behind {@code after} up to {@code to}. */
  abstract void play(Past from, long after, long to);

  private void adapt(int bytes) {
    if (bytes < STEP_BYTES / 4) {
      span = Math.min(2 * span, MAX_SPAN);
    } else if (bytes > STEP_BYTES / 2 && span > 1) {
      span /= 2;
    }
  }
}
