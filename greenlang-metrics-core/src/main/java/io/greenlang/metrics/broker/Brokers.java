package io.greenlang.metrics.broker;

import java.util.Locale;
import java.util.ServiceLoader;
import java.util.regex.Pattern;

/** Finds the broker for an address among the providers on the class path. */
public final class Brokers {

  private static final Pattern SCHEME = Pattern.compile("rediss?(\\+sentinel|\\+cluster)?");

  private static final String REDIS_MODULE = "io.greenlang:greenlang-metrics-redis";

  private Brokers() {}

  /**
   * A broker on Redis that is not started.
   *
   * @param url {@code redis://host:port}, {@code redis+sentinel://host:port,host:port/master} or
   *     {@code redis+cluster://host:port,host:port}; {@code rediss} in place of {@code redis} for
   *     TLS
   * @throws IllegalArgumentException if it is no such address; the message does not show the
   *     address, which may hold a password
   * @throws IllegalStateException if the build has no Redis; the message says what to add
   */
  public static Broker redis(String url) {
    String scheme = schemeOf(url);
    if (!SCHEME.matcher(scheme).matches()) {
      throw new IllegalArgumentException(
          "the Redis address (REDIS_URL) begins with neither redis:// nor rediss://; it must be such"
              + " as redis://localhost:6379, redis+sentinel://host:port,host:port/master or"
              + " redis+cluster://host:port,host:port");
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
