package io.greenlang.metrics.websocket.internal.protocol;

import io.greenlang.metrics.history.HistoryCursor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The end of a page of history, encoded as a string that is opaque to clients. */
final class PageCursor {

  private static final Pattern SYNTAX =
      Pattern.compile("(-?[0-9a-z]{1,13})\\.([0-9a-z]{1,12})\\.([0-9a-z]{1,12})");

  private PageCursor() {}

  static String write(HistoryCursor key) {
    return text(key.timeMillis()) + "." + text(key.major()) + "." + text(key.minor());
  }

  /** Reads a string that {@link #write} wrote; returns null for any other string. */
  static @Nullable HistoryCursor read(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    try {
      return new HistoryCursor(
          number(matcher.group(1)), number(matcher.group(2)), number(matcher.group(3)));
    } catch (NumberFormatException e) {
      return null; // exceeds a long
    }
  }

  private static String text(long number) {
    return Long.toString(number, Character.MAX_RADIX);
  }

  private static long number(String text) {
    return Long.parseLong(text, Character.MAX_RADIX);
  }
}
