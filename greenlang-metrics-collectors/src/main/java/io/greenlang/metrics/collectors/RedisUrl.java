package io.greenlang.metrics.collectors;

import org.jspecify.annotations.Nullable;

/** Where Redis is: what the program says, or else the system property or variable. */
final class RedisUrl {

  static final String VARIABLE = "REDIS_URL";

  private RedisUrl() {}

  static String from(@Nullable String given, Settings settings) {
    for (String url :
        new @Nullable String[] {
          given, settings.properties().get(VARIABLE), settings.environment().get(VARIABLE)
        }) {
      if (url != null && !url.isBlank()) {
        return url.strip();
      }
    }
    throw new IllegalArgumentException(
        "the collector has nowhere to publish: set redisUrl or "
            + VARIABLE
            + ", such as redis://localhost:6379, or begin with MetricCollector.builder(hub)");
  }
}
