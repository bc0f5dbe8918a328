package io.greenlang.metrics;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The unit and the description of a metric, which hold for all series with its name. Immutable.
 *
 * <pre>{@code
 * hub.describe(MetricDescription.of("orders.metrics", "queue.depth", "{order}", "Orders waiting"));
 * }</pre>
 *
 * <p>Units are those of <a href="https://ucum.org">UCUM</a>, as in OpenTelemetry: {@code By} for
 * bytes, {@code s} and {@code ms} for times, {@code %} and {@code 1} for ratios, and a noun in
 * braces for countable things, such as {@code {thread}}. Nothing converts values: the unit says
 * what a value is measured in.
 *
 * @param channel the channel of the metric
 * @param name the name of the metric; see {@link Metric#name}
 * @param unit the unit: 1 to {@value #MAX_UNIT_LENGTH} printable ASCII characters without spaces;
 *     null if it is unknown
 * @param description a sentence for people: 1 to {@value #MAX_DESCRIPTION_LENGTH} characters, no
 *     control characters; null for none
 */
public record MetricDescription(
    Channel channel, String name, @Nullable String unit, @Nullable String description) {

  /** The maximum length of a unit, in characters. */
  public static final int MAX_UNIT_LENGTH = 63;

  /** The maximum length of a description, in characters. */
  public static final int MAX_DESCRIPTION_LENGTH = 1_023;

  /**
   * The maximum number of descriptions of a channel, about 5 MB. A channel has few names, because
   * series differ by tags. A hub drops and logs further ones.
   */
  public static final int MAX_PER_CHANNEL = 4_096;

  private static final Pattern UNIT = Pattern.compile("[!-~]{1," + MAX_UNIT_LENGTH + "}");

  /** Control characters, and halves of a character. */
  private static final Pattern NOT_SHOWN = Pattern.compile("[\\p{Cc}\\p{Cs}]+");

  /**
   * Creates a description.
   *
   * @throws IllegalArgumentException if an argument does not have the form described above, or if
   *     there is neither a unit nor a description
   */
  public MetricDescription {
    Objects.requireNonNull(channel, "channel");
    Text.requirePath("metric name", name, Metric.MAX_NAME_LENGTH);
    if (unit == null && description == null) {
      throw new IllegalArgumentException(
          "the description of " + channel + " " + name + " needs a unit or a text");
    }
    if (unit != null) {
      requireUnit(unit);
    }
    if (description != null) {
      Text.requireName("metric description", description, MAX_DESCRIPTION_LENGTH);
    }
  }

  private static void requireUnit(String unit) {
    Text.requireName("unit", unit, MAX_UNIT_LENGTH);
    if (!unit.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "unit \""
              + Text.escaped(unit)
              + "\" must contain only printable ASCII characters and no spaces, such as By or ms");
    }
  }

  /**
   * Creates a description.
   *
   * @throws IllegalArgumentException if an argument is invalid; see {@link #MetricDescription}
   */
  public static MetricDescription of(
      String channel, String name, @Nullable String unit, @Nullable String description) {
    return new MetricDescription(new Channel(channel), name, unit, description);
  }

  /**
   * Returns the description of a metric that another library measures, as far as its parts are
   * possible here: an invalid unit is left out, and a text becomes one line, cut at the limit.
   *
   * @param unit a unit; null if it is unknown
   * @param text any text; null for none
   * @return null if neither a unit nor a text remains, or if no metric can have the name
   */
  public static @Nullable MetricDescription imported(
      Channel channel, String name, @Nullable String unit, @Nullable String text) {
    String possibleUnit = unit != null && UNIT.matcher(unit).matches() ? unit : null;
    String line = text == null ? null : oneLine(text);
    if (possibleUnit == null && line == null) {
      return null;
    }
    try {
      return new MetricDescription(channel, name, possibleUnit, line);
    } catch (IllegalArgumentException e) {
      return null; // because of the name, for which each of the samples fails, too
    }
  }

  private static @Nullable String oneLine(String text) {
    // A longer text takes no more time than the longest that is shown.
    String start = text.substring(0, Math.min(text.length(), 2 * MAX_DESCRIPTION_LENGTH));
    String line = NOT_SHOWN.matcher(start).replaceAll(" ").strip();
    int end = Math.min(line.length(), MAX_DESCRIPTION_LENGTH);
    if (end < line.length() && Character.isHighSurrogate(line.charAt(end - 1))) {
      end--;
    }
    return end == 0 ? null : line.substring(0, end);
  }
}
