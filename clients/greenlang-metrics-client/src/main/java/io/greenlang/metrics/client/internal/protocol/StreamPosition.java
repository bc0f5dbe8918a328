package io.greenlang.metrics.client.internal.protocol;

import java.util.Map;
import java.util.Objects;

/**
 * A position in a channel, from which a client can resume. A new epoch starts when the server's
 * history is lost.
 *
 * @param epoch the name of the epoch
 * @param offset the offset of the last received publication; -1 if there was none
 */
public record StreamPosition(String epoch, long offset) {

  /** The offset of a channel without publications. */
  public static final long NONE = -1;

  /**
   * Validates the offset.
   *
   * @throws IllegalArgumentException if the offset is less than -1
   */
  public StreamPosition {
    Objects.requireNonNull(epoch, "epoch");
    if (offset < NONE) {
      throw new IllegalArgumentException("offset is " + offset + "; it must be -1 or more");
    }
  }

  /** Returns the position as a value of {@code since}. */
  public Map<String, Object> toFields() {
    return Map.of("epoch", epoch, "offset", offset);
  }
}
