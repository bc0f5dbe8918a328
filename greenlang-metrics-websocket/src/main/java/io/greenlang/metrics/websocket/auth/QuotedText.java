package io.greenlang.metrics.websocket.auth;

import org.jspecify.annotations.Nullable;

/**
 * Untrusted text in messages: quoted, cut at {@value #MAX_LENGTH} characters, and without
 * characters that could forge a line of the log.
 */
final class QuotedText {

  private static final int MAX_LENGTH = 64;

  private QuotedText() {}

  /** Returns the text for a message; {@code none} for null. */
  static String of(@Nullable Object text) {
    if (text == null) {
      return "none";
    }
    String whole = text.toString();
    String cut = whole.length() > MAX_LENGTH ? whole.substring(0, MAX_LENGTH) + "..." : whole;
    StringBuilder quoted = new StringBuilder("\"");
    cut.chars().forEach(c -> quoted.append(isPrintable(c) ? (char) c : '?'));
    return quoted.append('"').toString();
  }

  /** Returns whether a character is printable ASCII other than a quote or backslash. */
  static boolean isPrintable(int c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
  }
}
