package io.greenlang.metrics.feed;

import io.greenlang.metrics.broker.Interruption;
import io.greenlang.metrics.broker.Publication;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the publications of a channel so that the numbers only grow, whatever happens to the log
 * behind the broker, and tells which place in the log a number is. Under the channel's lock.
 */
final class Numbering {

  /** By how many publications instances differ, at most; seconds of them at the highest rate. */
  private static final long MAX_AHEAD = 100_000;

  private String epoch;

  /** What an offset of this epoch is less than its number. */
  private long base;

  private long newest;

  /** Something is missing before the publication behind this one; none so far if 0. */
  private long brokenAt;

  /** A numbering that goes on behind an offset. */
  Numbering(String epoch, long offset) {
    this.epoch = epoch;
    this.newest = offset;
  }

  /** The next publication's number. */
  long next(Publication publication) {
    newest = publication.offset() + base;
    return newest;
  }

  /** Goes on elsewhere; numbers are not reused. */
  void interrupt(Interruption interruption) {
    if (!interruption.epoch().equals(epoch)) {
      epoch = interruption.epoch();
      base = newest - interruption.offset();
    }
    newest = Math.max(newest, interruption.offset() + base);
    brokenAt = newest;
  }

  /** The newest publication's number; 0 if there was none. */
  long newest() {
    return newest;
  }

  /** The name of the numbering now. */
  String epoch() {
    return epoch;
  }

  /** The offset in the log of a number of this epoch. */
  long offset(long number) {
    return number - base;
  }

  /**
   * The number that stands for a client's place; null if something is missing since then, or it is
   * of another epoch. It may be ahead by a little: of another instance, that has more already.
   */
  @Nullable Long number(Position position) {
    if (!position.epoch().equals(epoch) || position.offset() > newest - base + MAX_AHEAD) {
      return null;
    }
    long number = position.offset() + base;
    return number < brokenAt ? null : Long.valueOf(number);
  }
}
