package io.greenlang.metrics.hub;

import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.BrokerProvider;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.regex.Pattern;

/** A factory that selects a broker by its URL from the providers on the class path. */
public final class BrokerLoader {

  private static final Pattern SCHEME = Pattern.compile("rediss?(\\+sentinel|\\+cluster)?");

  private static final String REDIS_MODULE = "io.greenlang:greenlang-metrics-redis";

  private BrokerLoader() {}

  /**
   * Creates a broker on Redis without starting it.
   *
   * @param url {@code redis://host:port}, {@code redis+sentinel://host:port,host:port/master} or
   *     {@code redis+cluster://host:port,host:port}; {@code rediss} instead of {@code redis} for
   *     TLS
   * @throws IllegalArgumentException if the URL is malformed; the message does not contain the URL,
   *     which may hold a password
   * @throws IllegalStateException if the Redis module is not on the class path; the message names
   *     the dependency to add
   */
  public static Broker redis(String url) {
    String scheme = schemeOf(url);
    if (!SCHEME.matcher(scheme).matches()) {
      throw new IllegalArgumentException(
          "the Redis URL (REDIS_URL) must start with redis:// or rediss://, for example"
              + " redis://localhost:6379, redis+sentinel://host:port,host:port/master or"
              + " redis+cluster://host:port,host:port");
    }
    for (BrokerProvider provider : ServiceLoader.load(BrokerProvider.class)) {
      if (provider.supports(scheme)) {
        return provider.create(url);
      }
    }
    throw new IllegalStateException(
        "a Redis URL is configured, but no Redis broker is on the class path: add "
            + REDIS_MODULE
            + " to the dependencies, or remove the URL to keep publications within this process");
  }

  private static String schemeOf(String url) {
    int end = url.indexOf("://");
    return end < 0 ? "" : url.substring(0, end).toLowerCase(Locale.ROOT);
  }
}
