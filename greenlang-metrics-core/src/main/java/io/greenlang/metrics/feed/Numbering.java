package io.greenlang.metrics.feed;

import io.greenlang.metrics.broker.Publication;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the publications of a channel so that the numbers only grow, whatever happens to the log
 * behind the broker, and tells which place in the log a number is. Under the channel's lock.
 */
final class Numbering {

  /**
   * The epoch until the first publication tells the log's own. Drawn anew, so that a client that
   * was here before a restart is not told that it missed nothing.
   */
  private final String provisional =
      Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);

  private String epoch = provisional;
  private int epochs;

  /** What an offset of this epoch is less than its number. */
  private long base;

  private long newest;

  /** The next publication's number. */
  long next(Publication publication) {
    if (!publication.epoch().equals(epoch)) {
      epoch = publication.epoch();
      epochs++;
      base = newest + 1 - publication.offset();
    }
    newest = publication.offset() + base;
    return newest;
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
    return epochs == 0 ? number : number - base;
  }

  /** The number that stands for a client's place; null if it is of another epoch, or not yet. */
  @Nullable Long number(Position position) {
    if (!names().contains(position.epoch()) || position.offset() > newest - base) {
      return null;
    }
    boolean beginning = position.epoch().equals(provisional) && position.offset() == 0;
    return beginning ? 0L : Long.valueOf(position.offset() + base);
  }

  /** What this numbering is called, and was called before its first publication. */
  List<String> names() {
    return epochs <= 1 ? List.of(epoch, provisional) : List.of(epoch);
  }
}
