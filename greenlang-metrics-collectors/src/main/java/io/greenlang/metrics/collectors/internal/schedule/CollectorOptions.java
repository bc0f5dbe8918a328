package io.greenlang.metrics.collectors.internal.schedule;

import io.greenlang.metrics.internal.config.Environment;
import io.greenlang.metrics.internal.config.Option;
import io.greenlang.metrics.internal.config.Options;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Options of a collector that an operator can set outside the program. */
public final class CollectorOptions {

  /** Below this, the underlying values do not change: OSHI caches most of them for 300 ms. */
  private static final Duration MIN_INTERVAL = Duration.ofMillis(100);

  private static final Duration MAX_INTERVAL = Duration.ofDays(1);

  /** How often a source without its own interval is collected. */
  public static final Option<Duration> INTERVAL =
      Options.decimalSeconds(
          "METRIC_COLLECTION_INTERVAL", Duration.ofSeconds(1), MIN_INTERVAL, MAX_INTERVAL);

  /** The address to which a collector without a sink publishes. It may contain a password. */
  public static final Option<String> REDIS_URL =
      Options.text("REDIS_URL", null, "an address such as redis://localhost:6379").unquoted();

  private CollectorOptions() {}

  /**
   * Returns the address of Redis.
   *
   * @param configured the address set by the application; null or blank if it set none
   * @throws IllegalArgumentException if neither the application nor the operator set an address
   */
  public static String redisUrl(@Nullable String configured, Environment environment) {
    boolean unset = configured == null || configured.isBlank();
    String url = REDIS_URL.resolveOptional(unset ? null : configured, environment);
    if (url == null) {
      throw new IllegalArgumentException(
          "the collector has no sink: set redisUrl or "
              + REDIS_URL.name()
              + ", such as redis://localhost:6379, or use MetricCollector.builder(hub)");
    }
    return url.strip();
  }

  /**
   * Validates the interval of a single source.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  public static void validateInterval(Duration interval) {
    if (interval.compareTo(MIN_INTERVAL) < 0 || interval.compareTo(MAX_INTERVAL) > 0) {
      throw new IllegalArgumentException(
          "interval is "
              + interval
              + "; it must be between "
              + MIN_INTERVAL
              + " and "
              + MAX_INTERVAL);
    }
  }
}
