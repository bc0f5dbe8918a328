package io.greenlang.metrics.subscription;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The start position of a subscription. Replayed and live metrics join seamlessly: nothing is
 * delivered twice and nothing is omitted.
 *
 * @param latest whether to deliver first the latest value of every series that does not appear in
 *     the replay
 * @param since the position up to which the client has received everything; null for a new client
 * @param from the time from which history is replayed; null for no replay. Excludes {@code since}
 */
public record StartPosition(
    boolean latest, @Nullable StreamPosition since, @Nullable Instant from) {

  /** Starts with live metrics only. */
  public static final StartPosition NOW = new StartPosition(false, null, null);

  /** Starts with the latest value of every series, followed by live metrics. */
  public static final StartPosition LATEST = new StartPosition(true, null, null);

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if both {@code since} and {@code from} are given
   */
  public StartPosition {
    if (since != null && from != null) {
      throw new IllegalArgumentException(
          "start at either " + since + " or " + from + ", not at both");
    }
  }

  /** Returns a start right after a position that the client has reached. */
  public static StartPosition since(StreamPosition position) {
    return new StartPosition(false, position, null);
  }

  /** Returns a start with the history since the given time. */
  public static StartPosition from(Instant time) {
    return new StartPosition(false, null, time);
  }
}
