package io.greenlang.metrics.collectors.internal.support;

import org.jspecify.annotations.Nullable;

/**
 * Address of Redis: the one set by the application, otherwise the system property or environment
 * variable.
 */
public final class RedisUrl {

  static final String VARIABLE = "REDIS_URL";

  private RedisUrl() {}

  public static String from(@Nullable String configured, CollectorEnvironment settings) {
    for (String url :
        new @Nullable String[] {
          configured, settings.properties().get(VARIABLE), settings.environment().get(VARIABLE)
        }) {
      if (url != null && !url.isBlank()) {
        return url.strip();
      }
    }
    throw new IllegalArgumentException(
        "the collector has no sink: set redisUrl or "
            + VARIABLE
            + ", such as redis://localhost:6379, or use MetricCollector.builder(hub)");
  }
}
