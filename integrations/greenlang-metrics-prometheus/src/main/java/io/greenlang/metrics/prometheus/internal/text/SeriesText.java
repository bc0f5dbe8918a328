package io.greenlang.metrics.prometheus.internal.text;

import java.util.Map;
import java.util.TreeMap;

/**
 * The first part of a sample line, parsed: a name and labels. Immutable.
 *
 * @param name the name of the sample, with the suffix of its part, such as {@code _bucket}
 * @param labels the labels that are not empty, sorted by name. An empty value means no label
 */
public record SeriesText(String name, Map<String, String> labels) {

  /**
   * Parses a series, such as {@code http_requests_total{code="200"}}.
   *
   * @throws BadLineException if it breaks the format or has a label twice
   */
  public static SeriesText parse(String series, ExpositionFormat format) throws BadLineException {
    LineCursor cursor = new LineCursor(series);
    cursor.skipName(true, "has no valid name");
    String name = cursor.since(0);
    if (format == ExpositionFormat.TEXT) {
      cursor.skipBlanks();
    }
    Map<String, String> labels = new TreeMap<>();
    if (!cursor.isAtEnd()) {
      labels(cursor, format, labels);
    }
    cursor.expectEnd();
    labels.values().removeIf(String::isEmpty);
    return new SeriesText(name, labels);
  }

  /**
   * Parses a number in a label, such as the bound of a bucket.
   *
   * @throws BadLineException if it is none
   */
  public static double number(String label) throws BadLineException {
    return NumberText.parse(label, 0, label.length(), "has no valid upper bound");
  }

  /**
   * Returns whether a text is a name: letters, digits and {@code _}, and {@code :} in the name of a
   * metric.
   */
  public static boolean isName(String text, boolean isMetric) {
    for (int i = 0; i < text.length(); i++) {
      if (!LineCursor.isNamePart(text.charAt(i), i > 0, isMetric)) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** Parses labels with their braces. */
  static void labels(LineCursor cursor, ExpositionFormat format, Map<String, String> labels)
      throws BadLineException {
    boolean isText = format == ExpositionFormat.TEXT;
    cursor.expect('{', "has text between its name and its value");
    skipBlanks(cursor, isText);
    while (!cursor.accept('}')) {
      label(cursor, isText, labels);
      boolean hasComma = cursor.accept(',');
      skipBlanks(cursor, isText);
      boolean isLast = cursor.isAt('}');
      if (hasComma ? isLast && !isText : !isLast) {
        throw new BadLineException("has labels that are not separated by commas");
      }
    }
  }

  private static void label(LineCursor cursor, boolean isText, Map<String, String> labels)
      throws BadLineException {
    int start = cursor.position();
    cursor.skipName(false, "has a label without a valid name");
    String name = cursor.since(start);
    skipBlanks(cursor, isText);
    cursor.expect('=', "has a label without a value");
    skipBlanks(cursor, isText);
    if (labels.put(name, cursor.quoted()) != null) {
      throw new BadLineException("has a label twice");
    }
    skipBlanks(cursor, isText);
  }

  private static void skipBlanks(LineCursor cursor, boolean isText) {
    if (isText) {
      cursor.skipBlanks();
    }
  }
}
