package io.greenlang.metrics.websocket.dashboard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A check of one value of a dashboard. The page has the same checks, and the same messages. */
@FunctionalInterface
interface Check {

  /**
   * Checks a value.
   *
   * @param path the field, such as {@code charts[0].range}
   * @throws IllegalArgumentException if the value is not allowed; the message names the path, the
   *     value and the remedy
   */
  void require(@Nullable Object value, String path);

  /** Returns a check for a text that is not blank. */
  static Check text(int maxLength) {
    return (value, path) -> {
      if (!(value instanceof String text) || text.isBlank() || text.length() > maxLength) {
        throw invalid(path, value, "Use a text of 1 to " + maxLength + " characters");
      }
    };
  }

  /** Returns a check for one of some texts. */
  static Check oneOf(String... allowed) {
    List<String> values = List.of(allowed);
    return (value, path) -> {
      if (!(value instanceof String text) || !values.contains(text)) {
        String choice = values.size() > 1 ? "one of " : "";
        throw invalid(path, value, "Use " + choice + String.join(", ", values));
      }
    };
  }

  /** Returns a check for a number. */
  static Check number() {
    return (value, path) -> {
      if (!(value instanceof Number number) || !Double.isFinite(number.doubleValue())) {
        throw invalid(path, value, "Use a number");
      }
    };
  }

  /** Returns a check for a whole number of a range. */
  static Check wholeNumber(int min, int max) {
    return (value, path) -> {
      double number = value instanceof Number given ? given.doubleValue() : Double.NaN;
      if (!(number >= min && number <= max) || number != Math.rint(number)) {
        throw invalid(path, value, "Use a whole number from " + min + " to " + max);
      }
    };
  }

  /** Returns a check for a list whose entries pass a check. */
  static Check list(Check entry, int min, int max) {
    return (value, path) -> {
      if (!(value instanceof List<?> entries) || entries.size() < min || entries.size() > max) {
        throw invalid(path, value, "Use a list of " + min + " to " + max + " entries");
      }
      for (int i = 0; i < entries.size(); i++) {
        entry.require(entries.get(i), path + "[" + i + "]");
      }
    };
  }

  /**
   * Returns the exception for a value.
   *
   * @param remedy what to use in its place
   */
  static IllegalArgumentException invalid(String path, @Nullable Object value, String remedy) {
    return new IllegalArgumentException(
        path + " is " + QuotedValue.of(value) + ". " + remedy + ".");
  }
}
