package io.greenlang.metrics.redis.rig;

import java.nio.file.Path;

/**
 * Programs of other versions than the machine's, which the build unpacks from jars. They run on
 * Linux on x86-64 only.
 */
public enum RedisVersion {
  /** Knows neither streams nor users. */
  V2_8("redis-server-2.8.19"),

  /** Knows both, and not all that is needed of streams. */
  V6_0("redis-server-6.0.5"),

  /** The oldest that will do. */
  V6_2("redis-server-6.2.7-linux-amd64");

  private final String file;

  RedisVersion(String file) {
    this.file = file;
  }

  /**
   * Where it lies, fit to be run.
   *
   * @throws IllegalStateException if the build has not unpacked it
   */
  String program() {
    Path program = Path.of("target", "redis", file).toAbsolutePath();
    if (!program.toFile().setExecutable(true)) {
      throw new IllegalStateException("the build has not unpacked " + program);
    }
    return program.toString();
  }
}
