package io.greenlang.metrics.history;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The environment variables that set how long each tier is retained. Zero disables a tier. */
final class RetentionVariables {

  private static final Pattern WHOLE_NUMBER = Pattern.compile("\\d{1,9}");

  /** Ten years: no tier is fine enough for a longer retention to be useful. */
  private static final Duration MAX = Duration.ofDays(3650);

  private RetentionVariables() {}

  /**
   * Reads the variables.
   *
   * @param variables returns the value of a variable; null or blank selects the default
   * @throws IllegalArgumentException if a variable is not a whole number in its range
   */
  static Map<RetentionTier, Duration> read(UnaryOperator<@Nullable String> variables) {
    Map<RetentionTier, Duration> times = new EnumMap<>(RetentionTier.class);
    for (RetentionTier tier : RetentionTier.values()) {
      String text = variables.apply(tier.variable());
      times.put(
          tier,
          text == null || text.isBlank() ? tier.defaultRetention() : parse(tier, text.strip()));
    }
    return times;
  }

  /**
   * Returns the value of a system property, or of the environment variable with the same name if
   * the property is unset or blank.
   */
  static @Nullable String lookUp(String name) {
    String property = System.getProperty(name);
    return property == null || property.isBlank() ? System.getenv(name) : property;
  }

  private static Duration parse(RetentionTier tier, String text) {
    ChronoUnit unit = tier.unit();
    long max = MAX.dividedBy(unit.getDuration());
    if (WHOLE_NUMBER.matcher(text).matches() && Long.parseLong(text) <= max) {
      return Duration.of(Long.parseLong(text), unit);
    }
    throw new IllegalArgumentException(
        tier.variable()
            + " is \""
            + (text.length() > 64 ? text.substring(0, 64) : text)
            + "\"; it must be a whole number of "
            + unit.toString().toLowerCase(Locale.ROOT)
            + " from 0 to "
            + max);
  }
}
