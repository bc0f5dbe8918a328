package io.greenlang.metrics;

/** What text may become part of a metric: it ends up in frames, logs and pages. */
final class Text {

  private Text() {}

  /**
   * Returns {@code text} when it is well-formed, has at most {@code maxLength} UTF-16 units and no
   * control character.
   *
   * @param what names the text in the error message: "metric name", "tag key"
   * @throws IllegalArgumentException otherwise; the message shows the text escaped and cut
   */
  static String require(String what, String text, int maxLength) {
    if (text.length() > maxLength) {
      throw refuse(what, text, "has " + text.length() + " characters; at most " + maxLength);
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        throw refuse(what, text, "has a control character at index " + i);
      }
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          throw refuse(what, text, "has half a surrogate pair at index " + i);
        }
        i++;
      }
    }
    return text;
  }

  /** Like {@link #require}, and not empty. */
  static String requireName(String what, String text, int maxLength) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException(what + " is empty");
    }
    return require(what, text, maxLength);
  }

  /** The text fit for one line of a log or an error: control characters escaped, cut at 64. */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (i == 64) {
        return shown.append("...").toString();
      }
      char c = text.charAt(i);
      if (Character.isISOControl(c) || Character.isSurrogate(c)) {
        shown.append(String.format("\\u%04x", (int) c));
      } else {
        shown.append(c);
      }
    }
    return shown.toString();
  }

  private static IllegalArgumentException refuse(String what, String text, String why) {
    return new IllegalArgumentException(what + " \"" + shown(text) + "\" " + why);
  }
}
