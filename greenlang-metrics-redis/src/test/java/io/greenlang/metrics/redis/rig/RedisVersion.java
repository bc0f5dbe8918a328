package io.greenlang.metrics.redis.rig;

import java.nio.file.Path;

/**
 * Redis programs of other versions than the installed one, which the build unpacks from jars. They
 * run only on Linux on x86-64.
 */
public enum RedisVersion {
  /** Supports neither streams nor users. */
  V2_8("redis-server-2.8.19"),

  /** Supports both, but lacks required stream features. */
  V6_0("redis-server-6.0.5"),

  /** The oldest supported version. */
  V6_2("redis-server-6.2.7-linux-amd64");

  private final String file;

  RedisVersion(String file) {
    this.file = file;
  }

  /**
   * Returns the path of the executable program.
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
