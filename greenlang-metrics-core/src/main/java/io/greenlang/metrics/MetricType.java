package io.greenlang.metrics;

/**
 * A metric type: the meaning of a series' successive values, which determines how they are
 * aggregated. Three types are built in. An application defines its own by naming it and registering
 * an aggregator for it when it builds its hub. Immutable.
 *
 * @param name the name used in messages: 1 to {@value #MAX_LENGTH} lower-case letters, digits and
 *     {@code _}, beginning with a letter; compared exactly
 */
public record MetricType(String name) {

  /** The maximum length of a name, in characters. */
  public static final int MAX_LENGTH = 32;

  /** A level that rises and falls, such as a percentage or the depth of a queue. */
  public static final MetricType GAUGE = new MetricType("gauge");

  /**
   * A running total that only grows until its source restarts, such as bytes sent or calls made.
   */
  public static final MetricType COUNTER = new MetricType("counter");

  /** One observation of a distribution, such as a duration or a size. */
  public static final MetricType HISTOGRAM = new MetricType("histogram");

  /**
   * Creates a type.
   *
   * @throws IllegalArgumentException if the name does not have the form described above
   */
  public MetricType {
    Text.requireName("metric type", name, MAX_LENGTH);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c >= 'a' && c <= 'z';
      if (!letter && (i == 0 || !(c == '_' || (c >= '0' && c <= '9')))) {
        throw new IllegalArgumentException(
            "metric type \""
                + Text.escaped(name)
                + "\" must begin with a letter and contain only lower-case letters, digits and '_'");
      }
    }
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return name;
  }
}
