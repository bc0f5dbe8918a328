package io.greenlang.metrics.redis;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import redis.clients.jedis.Protocol.Command;

/** A Lua script that Redis runs atomically, called by its digest. */
final class Script {

  private final byte[] source;
  private final byte[] digest;

  Script(String source) {
    this.source = Keys.bytes(source);
    try {
      byte[] sha = MessageDigest.getInstance("SHA-1").digest(this.source);
      this.digest = Keys.bytes(HexFormat.of().formatHex(sha));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  byte[] source() {
    return source;
  }

  byte[] digest() {
    return digest;
  }

  /**
   * Runs the script, sending its source first if Redis does not know it, such as after a restart.
   */
  Object call(Links links, byte[] key, byte[]... numberKeysAndArgs) throws RedisFailure {
    try {
      return links.call(key, Command.EVALSHA, with(digest, numberKeysAndArgs));
    } catch (RedisFailure e) {
      if (e.kind() != RedisFailure.Kind.NO_SCRIPT) {
        throw e;
      }
      return links.call(key, Command.EVAL, with(source, numberKeysAndArgs));
    }
  }

  static byte[][] with(byte[] first, byte[]... rest) {
    byte[][] all = new byte[rest.length + 1][];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }
}
