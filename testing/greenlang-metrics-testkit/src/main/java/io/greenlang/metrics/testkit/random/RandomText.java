package io.greenlang.metrics.testkit.random;

import java.util.List;
import java.util.Random;

/**
 * A generator of well-formed text without control characters, from fragments that have broken
 * encoders, web pages and logs before.
 */
final class RandomText {

  private static final List<String> PIECES =
      List.of(
          "a",
          "Z",
          "0",
          " ",
          "_",
          "-",
          "\"",
          "\\",
          "/",
          "'",
          "`",
          "\\u0041",
          "</script><script>",
          "<!--",
          "]]>",
          "&amp;",
          "{\"a\":1}",
          "%s${x}",
          "\u00e9",
          "e\u0301",
          "\u00df",
          "\u20ac",
          "\u65e5\u672c",
          "\u05d0",
          "\u202e",
          "\u2028",
          "\u2029",
          "\ufeff",
          "\ufffd",
          "\uffff",
          "\ue000",
          "\ud83d\udc1f",
          "\ud83d\udc68\u200d\ud83d\udc69",
          "\udbff\udfff");

  private RandomText() {}

  /** Returns text of 1 to {@code maxLength} UTF-16 units. */
  static String next(Random random, int maxLength) {
    StringBuilder text = new StringBuilder("x");
    for (int pieces = random.nextInt(12); pieces > 0; pieces--) {
      String piece = PIECES.get(random.nextInt(PIECES.size()));
      if (text.length() + piece.length() <= maxLength) {
        text.append(piece);
      }
    }
    return random.nextInt(4) == 0 ? text.toString() : text.substring(text.length() > 1 ? 1 : 0);
  }
}
