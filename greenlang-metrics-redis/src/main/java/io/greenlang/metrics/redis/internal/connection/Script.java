package io.greenlang.metrics.redis.internal.connection;

import io.greenlang.metrics.redis.internal.support.Keys;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A Lua script that Redis runs atomically, called by its digest. */
public final class Script {

  private final byte[] source;
  private final byte[] digest;

  /** Creates a script. */
  public Script(String source) {
    this.source = Keys.bytes(source);
    try {
      byte[] sha = MessageDigest.getInstance("SHA-1").digest(this.source);
      this.digest = Keys.bytes(HexFormat.of().formatHex(sha));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  /** Returns its source. */
  public byte[] source() {
    return source;
  }

  /** Returns its digest, by which Redis knows it. */
  public byte[] digest() {
    return digest;
  }

  /**
   * Runs the script, sending its source first if Redis does not know it, such as after a restart.
   */
  public Object call(NodeConnections connections, byte[] key, byte[]... numberKeysAndArgs)
      throws RedisException {
    try {
      return connections.call(key, RedisCommand.EVALSHA, with(digest, numberKeysAndArgs));
    } catch (RedisException e) {
      if (e.kind() != RedisException.Kind.NO_SCRIPT) {
        throw e;
      }
      return connections.call(key, RedisCommand.EVAL, with(source, numberKeysAndArgs));
    }
  }

  private static byte[][] with(byte[] first, byte[]... rest) {
    byte[][] all = new byte[rest.length + 1][];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }
}
