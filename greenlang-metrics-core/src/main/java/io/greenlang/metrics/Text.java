package io.greenlang.metrics;

import java.util.Arrays;

/**
 * The validation of text that becomes part of a metric. Such text ends up in frames, logs and web
 * pages.
 */
final class Text {

  /**
   * The key of an object that decoders for JavaScript reject together with its message, because it
   * would replace the object's prototype. Other names of that language are harmless as keys.
   */
  private static final String PROTOTYPE_KEY = "__proto__";

  private Text() {}

  /**
   * Returns {@code text} if it is well-formed UTF-16, has at most {@code maxLength} UTF-16 units
   * and contains no control character.
   *
   * @param label names the text in the error message, such as "metric name" or "tag key"
   * @throws IllegalArgumentException otherwise; the message shows the text escaped and truncated
   */
  static String require(String label, String text, int maxLength) {
    if (text.length() > maxLength) {
      throw invalid(
          label,
          text,
          "has " + text.length() + " characters, but at most " + maxLength + " are allowed");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        throw invalid(
            label, text, "must not contain a control character, but has one at index " + i);
      }
      if (Character.isSurrogate(c)) {
        boolean paired =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          throw invalid(
              label, text, "must not contain an unpaired surrogate, but has one at index " + i);
        }
        i++;
      }
    }
    return text;
  }

  /** Returns {@code text} if it is not empty and {@link #require} accepts it. */
  static String requireName(String label, String text, int maxLength) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException(label + " must not be empty");
    }
    return require(label, text, maxLength);
  }

  /**
   * Returns {@code text} if it is not empty, {@link #require} accepts it, and it can be a key of a
   * message in JavaScript: it is not {@code __proto__}.
   */
  static String requireKey(String label, String text, int maxLength) {
    requireName(label, text, maxLength);
    if (text.equals(PROTOTYPE_KEY)) {
      throw invalid(label, text, "is not a possible key in JavaScript; use another one");
    }
    return text;
  }

  /**
   * Returns {@code text} if each of its parts between dots is not empty, if {@link #require}
   * accepts it, and if no part is {@code __proto__}. A snapshot has each part as a key.
   */
  static String requirePath(String label, String text, int maxLength) {
    requireName(label, text, maxLength);
    if (text.startsWith(".") || text.endsWith(".") || text.contains("..")) {
      throw invalid(label, text, "must not have an empty part between dots");
    }
    if (text.contains(PROTOTYPE_KEY) && Arrays.asList(text.split("\\.")).contains(PROTOTYPE_KEY)) {
      throw invalid(
          label,
          text,
          "must not have the part __proto__, which is not a possible key in JavaScript");
    }
    return text;
  }

  /**
   * Returns the text in a form that fits on one line of a log or error message: control characters
   * escaped, truncated to 64 characters.
   */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (i == 64) {
        return escaped.append("...").toString();
      }
      char c = text.charAt(i);
      if (Character.isISOControl(c) || Character.isSurrogate(c)) {
        escaped.append(String.format("\\u%04x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static IllegalArgumentException invalid(String label, String text, String problem) {
    return new IllegalArgumentException(label + " \"" + escaped(text) + "\" " + problem);
  }
}
