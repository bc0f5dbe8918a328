package io.greenlang.metrics.hub;

import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.BrokerProvider;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
    String scheme = schemeOf(url.strip());
    if (!SCHEME.matcher(scheme).matches()) {
      throw new IllegalArgumentException(
          "the Redis URL (REDIS_URL) must start with redis:// or rediss://, for example"
              + " redis://localhost:6379, redis+sentinel://host:port,host:port/master or"
              + " redis+cluster://host:port,host:port");
    }
    return providers()
        .filter(provider -> provider.supports(scheme))
        .findFirst()
        .orElseThrow(BrokerLoader::missing)
        .create(url.strip());
  }

  /**
   * Returns the providers that the thread's context class loader finds, then those of this class's
   * loader. In an executable jar, the context class loader of a pool's thread finds none.
   */
  private static Stream<BrokerProvider> providers() {
    return Stream.concat(
            ServiceLoader.load(BrokerProvider.class).stream(),
            ServiceLoader.load(BrokerProvider.class, BrokerLoader.class.getClassLoader()).stream())
        .map(ServiceLoader.Provider::get);
  }

  private static IllegalStateException missing() {
    return new IllegalStateException(
        "a Redis URL is configured, but no Redis broker is on the class path: add "
            + REDIS_MODULE
            + " to the dependencies, or remove the URL to keep publications within this process");
  }

  private static String schemeOf(String url) {
    int end = url.indexOf("://");
    return end < 0 ? "" : url.substring(0, end).toLowerCase(Locale.ROOT);
  }
}
