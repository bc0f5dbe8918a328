package io.greenlang.metrics.websocket.internal.protocol;

import java.time.Instant;

/** Formats times for messages: ISO-8601 in UTC, with milliseconds if they are not zero. */
final class Timestamps {

  private Timestamps() {}

  static String format(long epochMillis) {
    // Instant.toString() prints 0, 3, 6 or 9 fractional digits, as many as needed.
    return Instant.ofEpochMilli(epochMillis).toString();
  }
}
