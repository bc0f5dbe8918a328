package io.greenlang.metrics.collectors.internal.schedule;

import io.greenlang.metrics.internal.config.Environment;
import io.greenlang.metrics.internal.config.Option;
import io.greenlang.metrics.internal.config.OptionValues;
import io.greenlang.metrics.internal.config.Options;
import io.greenlang.metrics.internal.config.SharedOptions;
import java.time.Duration;
import java.util.List;

/**
 * The options of a collector that an operator can set outside the program, in the order of {@code
 * docs/reference/configuration.md}.
 */
public final class CollectorOptions {

  /**
   * How often a source without its own interval is collected. Below the minimum, the underlying
   * values do not change: OSHI caches most of them for 300 ms.
   */
  public static final Option<Duration> INTERVAL =
      Options.decimalSeconds(
              "METRIC_COLLECTION_INTERVAL",
              Duration.ofSeconds(1),
              Duration.ofMillis(100),
              Duration.ofDays(1))
          .setBy("interval");

  private CollectorOptions() {}

  /** Returns all options in the order of their documentation. */
  public static List<Option<?>> all() {
    return List.of(INTERVAL, SharedOptions.REDIS_URL);
  }

  /**
   * Returns the address of Redis.
   *
   * @param values the builder's values
   * @throws IllegalArgumentException if neither the application nor the operator set an address
   */
  public static String redisUrl(OptionValues values, Environment environment) {
    String url = values.resolveOptional(SharedOptions.REDIS_URL, environment);
    if (url == null) {
      throw new IllegalArgumentException(
          "the collector has no sink: set redisUrl or "
              + SharedOptions.REDIS_URL.name()
              + ", such as redis://localhost:6379, or use MetricCollector.builder(hub)");
    }
    return url;
  }

  /**
   * Returns the interval of a single source.
   *
   * @param source the name of the source
   * @throws IllegalArgumentException if it is out of range; the message names the source
   */
  public static Duration sourceInterval(String source, Duration interval) {
    return INTERVAL.checkedFor("source \"" + source + "\"", interval);
  }
}
