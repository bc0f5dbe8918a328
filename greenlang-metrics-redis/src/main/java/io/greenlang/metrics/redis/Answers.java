package io.greenlang.metrics.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what Redis answered, and takes nothing for granted. */
final class Answers {

  private Answers() {}

  /** A text; empty if the answer is none. */
  static String text(@Nullable Object answer) {
    return answer instanceof byte[] bytes ? new String(bytes, UTF_8) : "";
  }

  /** Bytes; none if the answer is none. */
  static byte[] bytes(@Nullable Object answer) {
    return answer instanceof byte[] bytes ? bytes : new byte[0];
  }

  /** A list; empty if the answer is none. */
  static List<?> list(@Nullable Object answer) {
    return answer instanceof List<?> list ? list : List.of();
  }

  /**
   * A whole number, as such or as text.
   *
   * @throws NumberFormatException if the answer is none
   */
  static long number(@Nullable Object answer) {
    return answer instanceof Long number ? number : Long.parseLong(text(answer));
  }
}
