package io.greenlang.metrics.client.model;

/** The kinds of metrics. They determine the meaning of {@link Metric#value()}. */
public enum MetricType {
  /** A level, such as the use of the processors. */
  GAUGE,
  /** A running total. */
  COUNTER,
  /** An observation, or a distribution of observations. */
  HISTOGRAM,
  /**
   * A type that the application of the server defines. The numbers of its aggregator are in {@link
   * Metric#statistics()}.
   */
  CUSTOM;

  /**
   * Returns the type with a name of the protocol.
   *
   * @param name such as {@code gauge}
   * @return {@link #CUSTOM} for each name that the protocol does not define
   */
  public static MetricType of(String name) {
    return switch (name) {
      case "gauge" -> GAUGE;
      case "counter" -> COUNTER;
      case "histogram" -> HISTOGRAM;
      default -> CUSTOM;
    };
  }
}
