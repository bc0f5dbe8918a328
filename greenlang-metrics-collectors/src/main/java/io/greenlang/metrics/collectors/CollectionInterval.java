package io.greenlang.metrics.collectors;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How often sources are read: the rules, and where the default comes from. */
final class CollectionInterval {

  static final String VARIABLE = "METRIC_COLLECTION_INTERVAL";
  static final Duration DEFAULT = Duration.ofSeconds(1);

  /** Below this the readings underneath do not change: OSHI keeps most of them for 300 ms. */
  static final Duration MIN = Duration.ofMillis(100);

  static final Duration MAX = Duration.ofDays(1);

  /** Plain decimal seconds. No exponents: 1e9 is more likely a mistake than a wish. */
  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

  private CollectionInterval() {}

  /** The operator's interval; a system property wins over the environment, blank is not set. */
  static Duration from(Settings settings) {
    @Nullable String property = settings.properties().get(VARIABLE);
    if (property != null && !property.isBlank()) {
      return parse("system property", property);
    }
    @Nullable String variable = settings.environment().get(VARIABLE);
    if (variable != null && !variable.isBlank()) {
      return parse("environment variable", variable);
    }
    return DEFAULT;
  }

  private static Duration parse(String kind, String text) {
    if (SECONDS.matcher(text.strip()).matches()) {
      long nanos = new BigDecimal(text.strip()).movePointRight(9).longValueExact();
      Duration interval = Duration.ofNanos(nanos);
      if (isAllowed(interval)) {
        return interval;
      }
    }
    throw new IllegalArgumentException(
        kind
            + " "
            + VARIABLE
            + " is \""
            + text
            + "\"; it must be a number of seconds from 0.1 to "
            + MAX.toSeconds()
            + ", such as 1 or 0.5");
  }

  /**
   * Checks an interval that the program gave.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  static void require(Duration interval) {
    if (!isAllowed(interval)) {
      throw new IllegalArgumentException(
          "interval is " + interval + "; it must lie between " + MIN + " and " + MAX);
    }
  }

  private static boolean isAllowed(Duration interval) {
    return interval.compareTo(MIN) >= 0 && interval.compareTo(MAX) <= 0;
  }
}
