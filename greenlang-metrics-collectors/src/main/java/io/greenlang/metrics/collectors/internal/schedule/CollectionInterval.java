package io.greenlang.metrics.collectors.internal.schedule;

import io.greenlang.metrics.collectors.internal.support.CollectorEnvironment;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rules for the collection interval, and the source of its default. */
public final class CollectionInterval {

  public static final String VARIABLE = "METRIC_COLLECTION_INTERVAL";
  static final Duration DEFAULT = Duration.ofSeconds(1);

  /** Below this, the underlying values do not change: OSHI caches most of them for 300 ms. */
  static final Duration MIN = Duration.ofMillis(100);

  static final Duration MAX = Duration.ofDays(1);

  /**
   * Plain decimal seconds. Exponents are rejected: 1e9 is more likely a mistake than an intention.
   */
  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

  private CollectionInterval() {}

  /**
   * Returns the interval set by the operator, or the default. A system property takes precedence
   * over the environment; blank values are ignored.
   */
  public static Duration from(CollectorEnvironment settings) {
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

  /** Validates an interval set by the application. */
  public static void validate(Duration interval) {
    if (!isAllowed(interval)) {
      throw new IllegalArgumentException(
          "interval is " + interval + "; it must be between " + MIN + " and " + MAX);
    }
  }

  private static boolean isAllowed(Duration interval) {
    return interval.compareTo(MIN) >= 0 && interval.compareTo(MAX) <= 0;
  }
}
