package io.greenlang.metrics.redis.internal.support;

import java.util.stream.Stream;

/**
 * A check of the Jedis on the class path. Frameworks manage its version: Spring Boot replaces it
 * with an older one, on which the broker would fail with an error that names neither the library
 * nor the remedy.
 */
public final class JedisVersion {

  /** The version that this module was built and tested with. */
  static final String TESTED = "8.0.2";

  private static final String BUILDER = "redis.clients.jedis.DefaultJedisClientConfig$Builder";

  /** A method of the builder that Jedis has since 8.0. */
  private static final String METHOD_OF_8 = "resp2";

  private JedisVersion() {}

  /**
   * Requires a Jedis with all methods that this module calls.
   *
   * @throws IllegalStateException if it is older; the message names the version to set
   */
  public static void requireSupported() {
    if (!hasMethod()) {
      throw new IllegalStateException(
          "an old Jedis is on the class path, but greenlang-metrics-redis requires Jedis 8: set its"
              + " version to "
              + TESTED
              + ", with Spring Boot by the property jedis.version="
              + TESTED);
    }
  }

  /** Finds the method by its name, because only connections may depend on Jedis. */
  private static boolean hasMethod() {
    try {
      Class<?> builder = Class.forName(BUILDER, false, JedisVersion.class.getClassLoader());
      return Stream.of(builder.getMethods())
          .anyMatch(method -> method.getName().equals(METHOD_OF_8));
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }
}
