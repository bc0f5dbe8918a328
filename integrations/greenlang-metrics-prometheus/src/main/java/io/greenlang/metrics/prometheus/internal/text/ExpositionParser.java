package io.greenlang.metrics.prometheus.internal.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A parser of Prometheus text 0.0.4 and OpenMetrics 1.0. It is strict, and a line that breaks the
 * format affects only itself. Its time is linear in the length of the body. Timestamps and
 * exemplars are checked and discarded. One thread uses it.
 */
public final class ExpositionParser {

  /** The most characters of a line; exporters stay far below. */
  public static final int MAX_LINE_LENGTH = 65_536;

  private static final Pattern MILLISECONDS = Pattern.compile("[+-]?[0-9]{1,19}");
  private static final char REPLACEMENT = '\uFFFD';

  private final String text;
  private final ExpositionFormat format;
  private final boolean isText;
  private final ExpositionHandler handler;
  private final LineCursor cursor;
  private boolean isComplete;

  /** The next replacement character of a body that is not valid UTF-8; -1 if there is none. */
  private int replacement = -1;

  private ExpositionParser(byte[] body, ExpositionFormat format, ExpositionHandler handler) {
    this.text = new String(body, UTF_8);
    this.format = format;
    this.isText = format == ExpositionFormat.TEXT;
    this.handler = handler;
    this.cursor = new LineCursor(text);
    int first = text.indexOf(REPLACEMENT);
    if (first >= 0 && !Arrays.equals(text.getBytes(UTF_8), body)) {
      replacement = first;
    }
  }

  /**
   * Parses a body.
   *
   * @return whether the body is complete; OpenMetrics marks its end, and text 0.0.4 does not
   */
  public static boolean parse(byte[] body, ExpositionFormat format, ExpositionHandler handler) {
    ExpositionParser parser = new ExpositionParser(body, format, handler);
    parser.parseLines();
    return parser.isText || parser.isComplete;
  }

  private void parseLines() {
    int number = 0;
    int start = 0;
    while (start < text.length()) {
      number++;
      int newline = text.indexOf('\n', start);
      int end = newline < 0 ? text.length() : newline;
      try {
        checkLine(start, end, newline >= 0);
        parseLine();
      } catch (BadLineException e) {
        handler.badLine(number, e.problem());
      }
      if (isComplete && end + 1 < text.length()) {
        handler.badLine(number + 1, "follows the mark of the end");
        return;
      }
      start = end + 1;
    }
  }

  private void checkLine(int start, int end, boolean hasLineFeed) throws BadLineException {
    cursor.moveTo(start, end);
    if (end - start > MAX_LINE_LENGTH) {
      throw new BadLineException("has more than " + MAX_LINE_LENGTH + " characters");
    }
    if (isText && !hasLineFeed) {
      throw new BadLineException("does not end with a line feed, so it may be incomplete");
    }
    if (replacement >= 0 && replacement < start) {
      replacement = text.indexOf(REPLACEMENT, start);
    }
    if (replacement >= start && replacement < end) {
      throw new BadLineException("is not valid UTF-8");
    }
  }

  private void parseLine() throws BadLineException {
    if (isText) {
      cursor.skipBlanks();
    }
    if (cursor.isAtEnd()) {
      if (!isText) {
        throw new BadLineException("is empty");
      }
    } else if (cursor.accept('#')) {
      comment();
    } else {
      sample();
    }
  }

  private void sample() throws BadLineException {
    int start = cursor.position();
    cursor.skipName(true, "has no valid name");
    int nameEnd = cursor.position();
    if (isText) {
      cursor.skipBlanks();
    }
    boolean hasLabels = cursor.isAt('{');
    if (hasLabels) {
      cursor.skipLabels();
    }
    String series = hasLabels ? cursor.since(start) : text.substring(start, nameEnd);
    if (hasLabels || !isText) {
      separate();
    } else if (!cursor.isAtEnd() && cursor.position() == nameEnd) {
      throw new BadLineException("has no valid name");
    }
    double value = cursor.number("has no valid value");
    if (isText) {
      endOfText();
    } else {
      endOfOpenMetrics();
    }
    handler.sample(series, value);
  }

  /** Passes one space, or any number of blanks in text 0.0.4. */
  private void separate() throws BadLineException {
    if (isText) {
      cursor.skipBlanks();
    } else {
      cursor.expect(' ', "has no single space between two parts");
    }
  }

  private void endOfText() throws BadLineException {
    cursor.skipBlanks();
    if (!cursor.isAtEnd()) {
      String timestamp = cursor.token();
      if (!MILLISECONDS.matcher(timestamp).matches()) {
        throw new BadLineException("has no valid timestamp");
      }
      cursor.skipBlanks();
      cursor.expectEnd();
    }
  }

  private void endOfOpenMetrics() throws BadLineException {
    if (cursor.isAtEnd()) {
      return;
    }
    separate();
    if (!cursor.isAt('#')) {
      timestamp();
      if (cursor.isAtEnd()) {
        return;
      }
      separate();
    }
    cursor.expect('#', "has text after its last part");
    separate();
    SeriesText.labels(cursor, format, new TreeMap<>());
    separate();
    cursor.number("has an exemplar without a valid value");
    if (!cursor.isAtEnd()) {
      separate();
      timestamp();
    }
    cursor.expectEnd();
  }

  private void timestamp() throws BadLineException {
    if (!Double.isFinite(cursor.number("has no valid timestamp"))) {
      throw new BadLineException("has no valid timestamp");
    }
  }

  private void comment() throws BadLineException {
    if (!isText) {
      cursor.expect(' ', "is a comment, which OpenMetrics does not have");
    } else {
      cursor.skipBlanks();
    }
    String keyword = cursor.token();
    switch (keyword) {
      case "TYPE" -> handler.type(family(), type());
      case "HELP" -> handler.help(family(), unescaped(cursor.rest()));
      case "UNIT" -> unit();
      case "EOF" -> endOfBody();
      default -> ignore();
    }
  }

  private void ignore() throws BadLineException {
    if (!isText) {
      throw new BadLineException("is a comment, which OpenMetrics does not have");
    }
  }

  private void endOfBody() throws BadLineException {
    if (!isText) {
      cursor.expectEnd();
      isComplete = true;
    }
  }

  private void unit() throws BadLineException {
    if (!isText) {
      handler.unit(family(), cursor.rest());
    }
  }

  /** Passes the name of a family and the separator after it. */
  private String family() throws BadLineException {
    separate();
    int start = cursor.position();
    cursor.skipName(true, "describes a family without a valid name");
    String family = cursor.since(start);
    if (!cursor.isAtEnd()) {
      if (!cursor.isAt(' ') && !cursor.isAt('\t')) {
        throw new BadLineException("describes a family without a valid name");
      }
      separate();
    }
    return family;
  }

  private FamilyType type() throws BadLineException {
    FamilyType type = FamilyType.of(cursor.token(), format);
    if (isText) {
      cursor.skipBlanks();
    }
    if (type == null) {
      throw new BadLineException("declares an unknown type");
    }
    cursor.expectEnd();
    return type;
  }

  /** Resolves the escapes of a help text. An unknown escape stays as it is, as in Prometheus. */
  private String unescaped(String help) {
    if (help.indexOf('\\') < 0) {
      return help;
    }
    StringBuilder result = new StringBuilder(help.length());
    for (int i = 0; i < help.length(); i++) {
      char c = help.charAt(i);
      char next = c == '\\' && i + 1 < help.length() ? help.charAt(i + 1) : ' ';
      if (next == 'n') {
        result.append('\n');
        i++;
      } else if (next == '\\' || (next == '"' && !isText)) {
        result.append(next);
        i++;
      } else {
        result.append(c);
      }
    }
    return result.toString();
  }
}
