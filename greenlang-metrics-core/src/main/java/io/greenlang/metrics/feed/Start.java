package io.greenlang.metrics.feed;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a client begins to read a channel. What comes first is joined to what is published from now
 * on: nothing comes twice, and nothing is left out.
 *
 * @param latest whether the newest value comes first of every series that has none in what follows
 * @param since the place up to which the client has seen everything; null if it was not here before
 * @param from the time from which on it wants the past, too; null for none. Not with {@code since}
 */
public record Start(boolean latest, @Nullable Position since, @Nullable Instant from) {

  /** With what is published from now on. */
  public static final Start NOW = new Start(false, null, null);

  /** With the newest value of every series. */
  public static final Start LATEST = new Start(true, null, null);

  /**
   * Checks that there is one beginning.
   *
   * @throws IllegalArgumentException if there are both a place and a time
   */
  public Start {
    if (since != null && from != null) {
      throw new IllegalArgumentException("begin at " + since + " or at " + from + ", not at both");
    }
  }

  /** Behind a place where the client has been. */
  public static Start since(Position place) {
    return new Start(false, place, null);
  }

  /** With what counts from that time on. */
  public static Start from(Instant time) {
    return new Start(false, null, time);
  }
}
