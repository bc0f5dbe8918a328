package io.greenlang.metrics.broker;

import java.util.Locale;
import java.util.ServiceLoader;

/** Finds the broker for an address among the providers on the class path. */
public final class Brokers {

  private static final String REDIS_MODULE = "io.greenlang:greenlang-metrics-redis";

  private Brokers() {}

  /**
   * A broker on Redis that is not started.
   *
   * @param url {@code redis://host:port}, or {@code rediss:} for TLS
   * @throws IllegalArgumentException if it is no such address; the message does not show the
   *     address, which may hold a password
   * @throws IllegalStateException if the build has no Redis; the message says what to add
   */
  public static Broker redis(String url) {
    String scheme = schemeOf(url);
    if (!scheme.equals("redis") && !scheme.equals("rediss")) {
      throw new IllegalArgumentException(
          "the Redis address (REDIS_URL) begins with neither redis:// nor rediss://; it must be such"
              + " as redis://localhost:6379");
    }
    for (BrokerProvider provider : ServiceLoader.load(BrokerProvider.class)) {
      if (provider.supports(scheme)) {
        return provider.create(url);
      }
    }
    throw new IllegalStateException(
        "a Redis address is given, but this build has no Redis: add "
            + REDIS_MODULE
            + " to the dependencies, or leave the address out to stay within this process");
  }

  private static String schemeOf(String url) {
    int end = url.indexOf("://");
    return end < 0 ? "" : url.substring(0, end).toLowerCase(Locale.ROOT);
  }
}
