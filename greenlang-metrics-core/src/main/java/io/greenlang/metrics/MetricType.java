package io.greenlang.metrics;

import java.util.Locale;

/** What the successive values of a series mean. */
public enum MetricType {
  /** A level that rises and falls: a percentage, a queue's depth. */
  GAUGE,
  /** A running total that only grows, until its source restarts: bytes sent, calls made. */
  COUNTER,
  /** One observation of a distribution: a duration, a size. */
  HISTOGRAM;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The name in messages: {@code gauge}, {@code counter} or {@code histogram}. */
  public String wireName() {
    return wireName;
  }
}
