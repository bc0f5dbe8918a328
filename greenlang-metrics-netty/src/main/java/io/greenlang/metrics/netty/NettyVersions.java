package io.greenlang.metrics.netty;

import io.netty.util.Version;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A check of the Netty on the class path. Frameworks manage its version: Spring Boot 3 replaces it
 * with 4.1, on which this transport would fail with an error that names neither the library nor the
 * remedy.
 */
final class NettyVersions {

  /** The version that this module was built and tested with. */
  static final String TESTED = "4.2.18.Final";

  private static final String CLASS_OF_4_2 = "io.netty.channel.MultiThreadIoEventLoopGroup";

  private NettyVersions() {}

  /**
   * Requires Netty 4.2 or newer.
   *
   * @throws IllegalStateException if a jar is older; the message names it and the remedy
   */
  static void requireSupported() {
    ClassLoader loader = NettyVersions.class.getClassLoader();
    Map<String, String> jars = new TreeMap<>();
    Version.identify(loader).forEach((jar, version) -> jars.put(jar, version.artifactVersion()));
    String problem = problem(jars);
    if (problem == null && !exists(CLASS_OF_4_2, loader)) {
      problem = "a Netty older than 4.2 is"; // a shaded jar has no file of versions
    }
    if (problem != null) {
      throw unsupported(problem);
    }
  }

  /**
   * Returns a clause that names the first old jar; null if there is none. Other jars of Netty, such
   * as its DNS resolver, do not matter here.
   *
   * @param jars the versions of the jars by their names
   */
  static @Nullable String problem(Map<String, String> jars) {
    for (String jar :
        new String[] {
          "netty-common",
          "netty-buffer",
          "netty-transport",
          "netty-handler",
          "netty-codec",
          "netty-codec-http",
          "netty-transport-classes-epoll",
          "netty-transport-classes-io_uring",
          "netty-transport-native-unix-common"
        }) {
      String version = Objects.requireNonNullElse(jars.get(jar), TESTED);
      if (version.matches("[0-3]\\..*|4\\.[01]\\..*")) {
        return jar + " " + version + " is";
      }
    }
    return null;
  }

  private static boolean exists(String className, ClassLoader loader) {
    try {
      Class.forName(className, false, loader);
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private static IllegalStateException unsupported(String problem) {
    return new IllegalStateException(
        problem
            + " on the class path, but greenlang-metrics-netty requires Netty 4.2: set its version to "
            + TESTED
            + ", with Spring Boot by the property netty.version="
            + TESTED);
  }
}
