package io.greenlang.metrics.websocket.protocol;

import java.time.Instant;

/** Times as messages carry them: ISO-8601 in UTC, with milliseconds when they are not zero. */
final class Timestamps {

  private Timestamps() {}

  static String format(long epochMillis) {
    // Instant's own text has 0, 3, 6 or 9 digits of a second, whichever is enough.
    return Instant.ofEpochMilli(epochMillis).toString();
  }
}
