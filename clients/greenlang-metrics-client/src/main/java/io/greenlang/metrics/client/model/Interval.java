package io.greenlang.metrics.client.model;

import java.time.Duration;

/**
 * The lengths of aggregation windows that a client can request, of history or of a subscription.
 */
public enum Interval {
  ONE_SECOND("1s", Duration.ofSeconds(1)),
  FIVE_SECONDS("5s", Duration.ofSeconds(5)),
  ONE_MINUTE("1m", Duration.ofMinutes(1)),
  FIVE_MINUTES("5m", Duration.ofMinutes(5)),
  ONE_HOUR("1h", Duration.ofHours(1)),
  /** One day, only for history. */
  ONE_DAY("1d", Duration.ofDays(1));

  private final String wireName;
  private final Duration duration;

  Interval(String wireName, Duration duration) {
    this.wireName = wireName;
    this.duration = duration;
  }

  /** Returns the name in the protocol, such as {@code 5s}. */
  public String wireName() {
    return wireName;
  }

  /** Returns the length of the window. */
  public Duration duration() {
    return duration;
  }
}
