package io.greenlang.metrics;

import java.util.Set;

/**
 * A metric type: the meaning of a series' successive values, which determines how they are
 * aggregated. Three types are built in. An application defines its own by naming it and registering
 * an aggregator for it when it builds its hub. Immutable.
 *
 * @param name the name used in messages: 1 to {@value #MAX_LENGTH} lower-case letters, digits and
 *     {@code _}, beginning with a letter; compared exactly. The types of the server's messages,
 *     such as {@code error}, are reserved, because a metric carries its type in the same field
 */
public record MetricType(String name) {

  /** The maximum length of a name, in characters. */
  public static final int MAX_LENGTH = 32;

  /** The types of the server's messages; docs/reference/protocol.md describes them. */
  private static final Set<String> RESERVED =
      Set.of(
          "error",
          "history",
          "lagged",
          "metadata",
          "metrics",
          "ping",
          "pong",
          "subscribed",
          "token_refreshed",
          "unsubscribed",
          "welcome");

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
   * @throws IllegalArgumentException if the name does not have the form described above, or is
   *     reserved
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
    if (RESERVED.contains(name)) {
      throw new IllegalArgumentException(
          "metric type \"" + name + "\" is reserved for messages of the server; use another name");
    }
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return name;
  }
}
