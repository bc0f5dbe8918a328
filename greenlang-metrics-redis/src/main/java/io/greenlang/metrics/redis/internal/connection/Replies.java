package io.greenlang.metrics.redis.internal.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lenient accessors for the values in a reply of Redis, whose shape is not trusted. */
public final class Replies {

  private Replies() {}

  /** Returns a text; empty if the reply is not one. */
  public static String text(@Nullable Object reply) {
    return reply instanceof byte[] bytes ? new String(bytes, UTF_8) : "";
  }

  /** Returns bytes; empty if the reply is not bytes. */
  public static byte[] bytes(@Nullable Object reply) {
    return reply instanceof byte[] bytes ? bytes : new byte[0];
  }

  /** Returns a list; empty if the reply is not one. */
  public static List<?> list(@Nullable Object reply) {
    return reply instanceof List<?> list ? list : List.of();
  }

  /**
   * Returns an integer, which may be encoded as text.
   *
   * @throws NumberFormatException if the reply is not an integer
   */
  public static long number(@Nullable Object reply) {
    return reply instanceof Long number ? number : Long.parseLong(text(reply));
  }
}
