package io.greenlang.metrics.internal.config;

/** Options that builders of several modules have, each declared once. */
public final class SharedOptions {

  /** The address of Redis. It may contain a password. */
  public static final Option<String> REDIS_URL =
      Options.text(
              "REDIS_URL",
              null,
              "a redis://, redis+sentinel:// or redis+cluster:// URL, or one with rediss in place"
                  + " of redis")
          .setBy("redisUrl")
          .unquoted();

  private SharedOptions() {}
}
