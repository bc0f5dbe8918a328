package io.greenlang.metrics;

/**
 * What the successive values of a series mean, and so how they are aggregated. Three are built in;
 * a host defines its own by naming it and registering an aggregator for it where it makes its hub.
 *
 * @param name as it stands in messages: 1 to {@value #MAX_LENGTH} lower-case letters, digits and
 *     {@code _}, beginning with a letter; compared exactly
 */
public record MetricType(String name) {

  /** The longest name, in characters. */
  public static final int MAX_LENGTH = 32;

  /** A level that rises and falls: a percentage, a queue's depth. */
  public static final MetricType GAUGE = new MetricType("gauge");

  /** A running total that only grows, until its source restarts: bytes sent, calls made. */
  public static final MetricType COUNTER = new MetricType("counter");

  /** One observation of a distribution: a duration, a size. */
  public static final MetricType HISTOGRAM = new MetricType("histogram");

  /**
   * Names a type.
   *
   * @throws IllegalArgumentException if the name is not of the form above
   */
  public MetricType {
    Text.requireName("metric type", name, MAX_LENGTH);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c >= 'a' && c <= 'z';
      if (!letter && (i == 0 || !(c == '_' || (c >= '0' && c <= '9')))) {
        throw new IllegalArgumentException(
            "metric type \""
                + Text.shown(name)
                + "\" may hold lower-case letters, digits and '_', and begins with a letter");
      }
    }
  }

  /** The name alone. */
  @Override
  public String toString() {
    return name;
  }
}
