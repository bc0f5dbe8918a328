package io.greenlang.metrics.prometheus.internal.protobuf;

import static io.greenlang.metrics.internal.protobuf.WireReader.lengthKey;

import io.greenlang.metrics.internal.protobuf.MalformedMessageException;
import io.greenlang.metrics.internal.protobuf.WireReader;
import io.greenlang.metrics.prometheus.internal.text.BadLineException;
import io.greenlang.metrics.prometheus.internal.text.ExpositionParser;
import io.greenlang.metrics.prometheus.internal.text.SeriesText;

/** The labels of one metric, as the text of a line has them. Not thread-safe. */
final class SeriesLabels {

  private static final int NAME = lengthKey(1);
  private static final int VALUE = lengthKey(2);
  private static final char REPLACEMENT = '\uFFFD';

  private final StringBuilder labels = new StringBuilder();

  void clear() {
    labels.setLength(0);
  }

  /**
   * Adds a label.
   *
   * @throws BadLineException if it is not a label of the text formats, or the labels are too long
   */
  void read(WireReader reader) throws MalformedMessageException, BadLineException {
    String name = "";
    String value = "";
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == NAME) {
        name = reader.text();
      } else if (key == VALUE) {
        value = reader.text();
      } else {
        reader.skip(key);
      }
    }
    if (!SeriesText.isName(name, false)) {
      throw new BadLineException("has a label without a valid name");
    }
    if (value.indexOf(REPLACEMENT) >= 0) {
      throw new BadLineException("is not valid UTF-8");
    }
    append(labels, name, value);
    if (labels.length() > ExpositionParser.MAX_LINE_LENGTH) {
      throw new BadLineException(
          "has more than " + ExpositionParser.MAX_LINE_LENGTH + " characters");
    }
  }

  private static void append(StringBuilder text, String name, String value) {
    if (text.length() > 0 && text.charAt(text.length() - 1) != '{') {
      text.append(',');
    }
    text.append(name).append("=\"");
    appendEscaped(text, value);
    text.append('"');
  }

  private static void appendEscaped(StringBuilder text, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '"' -> text.append("\\\"");
        case '\n' -> text.append("\\n");
        default -> text.append(c);
      }
    }
  }

  /** Returns a series with these labels. */
  String series(String name) {
    return labels.length() == 0 ? name : name + '{' + labels + '}';
  }

  /** Returns a series with these labels and another one, whose value is a number. */
  String series(String name, String label, double value) {
    StringBuilder text = new StringBuilder(name.length() + labels.length() + 32);
    text.append(name).append('{').append(labels);
    append(text, label, shown(value));
    return text.append('}').toString();
  }

  /** Returns a number as the text formats write it. */
  private static String shown(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    return Double.toString(value);
  }
}
