package io.greenlang.metrics.prometheus.internal.text;

/** A position within a part of a text, usually one line. Each character is read once. */
final class LineCursor {

  private final String text;
  private int at;
  private int end;

  LineCursor(String text) {
    this.text = text;
    this.end = text.length();
  }

  /** Moves to a part of the text. */
  void moveTo(int start, int limit) {
    at = start;
    end = limit;
  }

  int position() {
    return at;
  }

  boolean isAtEnd() {
    return at >= end;
  }

  boolean isAt(char c) {
    return at < end && text.charAt(at) == c;
  }

  private boolean isAtBlank() {
    return isAt(' ') || isAt('\t');
  }

  void skipBlanks() {
    while (isAtBlank()) {
      at++;
    }
  }

  /** Passes the character {@code c} if it is next. */
  boolean accept(char c) {
    if (isAt(c)) {
      at++;
      return true;
    }
    return false;
  }

  void expect(char c, String problem) throws BadLineException {
    if (!accept(c)) {
      throw new BadLineException(problem);
    }
  }

  void expectEnd() throws BadLineException {
    if (!isAtEnd()) {
      throw new BadLineException("has text after its last part");
    }
  }

  /** Returns the text from a position to the current one. */
  String since(int start) {
    return text.substring(start, at);
  }

  /** Passes and returns the remaining text. */
  String rest() {
    int start = at;
    at = end;
    return since(start);
  }

  /** Passes and returns the text up to the next blank. */
  String token() {
    int start = at;
    while (!isAtEnd() && !isAtBlank()) {
      at++;
    }
    return since(start);
  }

  /** Passes a number. */
  double number(String problem) throws BadLineException {
    int start = at;
    while (!isAtEnd() && !isAtBlank()) {
      at++;
    }
    return NumberText.parse(text, start, at, problem);
  }

  /** Passes a name of letters, digits and {@code _}, and of {@code :} in a metric's name. */
  void skipName(boolean isMetric, String problem) throws BadLineException {
    int start = at;
    while (at < end && isNamePart(text.charAt(at), at > start, isMetric)) {
      at++;
    }
    if (at == start) {
      throw new BadLineException(problem);
    }
  }

  static boolean isNamePart(char c, boolean digits, boolean isMetric) {
    return (c >= 'a' && c <= 'z')
        || c == '_'
        || (c >= 'A' && c <= 'Z')
        || (digits && c >= '0' && c <= '9')
        || (isMetric && c == ':');
  }

  /**
   * Passes labels from their opening brace to their closing one; {@link SeriesText} checks them.
   */
  void skipLabels() throws BadLineException {
    boolean isQuoted = false;
    for (at++; at < end; at++) {
      char c = text.charAt(at);
      if (isQuoted && c == '\\') {
        at++;
      } else if (c == '"') {
        isQuoted = !isQuoted;
      } else if (c == '}' && !isQuoted) {
        at++;
        return;
      }
    }
    at = end;
    throw new BadLineException("has labels without a closing brace");
  }

  /** Passes and returns a quoted value, without its quotes and escapes. */
  String quoted() throws BadLineException {
    expect('"', "has a label without a quoted value");
    StringBuilder value = new StringBuilder();
    while (at < end) {
      char c = text.charAt(at++);
      if (c == '"') {
        return value.toString();
      }
      value.append(c == '\\' ? escaped() : c);
    }
    throw new BadLineException("has a label value without a closing quote");
  }

  private char escaped() throws BadLineException {
    char c = at < end ? text.charAt(at++) : ' ';
    return switch (c) {
      case 'n' -> '\n';
      case '"', '\\' -> c;
      default -> throw new BadLineException("has an unknown escape in a label value");
    };
  }
}
