package io.greenlang.metrics.prometheus.internal.text;

/**
 * The numbers of both formats: decimal, {@code NaN}, {@code Inf} and {@code Infinity} in any case.
 * Java's own syntax is wider, with suffixes, hexadecimal digits and blanks.
 */
final class NumberText {

  /** The most digits whose number a double represents exactly. */
  private static final int EXACT_DIGITS = 15;

  /** The length that no exporter exceeds. */
  private static final int MAX_LENGTH = 512;

  private final String text;
  private final int end;
  private int at;

  private NumberText(String text, int start, int end) {
    this.text = text;
    this.at = start;
    this.end = end;
  }

  /**
   * Parses a part of a text.
   *
   * @param problem the problem of a line whose number is invalid
   */
  static double parse(String text, int start, int end, String problem) throws BadLineException {
    if (end - start > MAX_LENGTH) {
      throw new BadLineException(problem);
    }
    NumberText number = new NumberText(text, start, end);
    if (end - start <= EXACT_DIGITS && number.skipDigits() == end - start && end > start) {
      return smallInteger(text, start, end);
    }
    number.at = start;
    if (number.isDecimal()) {
      return Double.parseDouble(text.substring(start, end));
    }
    return special(text.substring(start, end), problem);
  }

  private static double smallInteger(String text, int start, int end) {
    long value = 0;
    for (int i = start; i < end; i++) {
      value = 10 * value + (text.charAt(i) - '0');
    }
    return value;
  }

  private int skipDigits() {
    int start = at;
    while (at < end && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at - start;
  }

  private boolean skip(char first, char second) {
    boolean isOne = at < end && (text.charAt(at) == first || text.charAt(at) == second);
    if (isOne) {
      at++;
    }
    return isOne;
  }

  private boolean isDecimal() {
    skip('+', '-');
    int digits = skipDigits();
    if (skip('.', '.')) {
      digits += skipDigits();
    }
    if (digits > 0 && skip('e', 'E')) {
      skip('+', '-');
      digits = skipDigits();
    }
    return digits > 0 && at == end;
  }

  private static double special(String word, String problem) throws BadLineException {
    boolean hasSign = word.startsWith("+") || word.startsWith("-");
    String name = hasSign ? word.substring(1) : word;
    if (name.equalsIgnoreCase("inf") || name.equalsIgnoreCase("infinity")) {
      return word.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (word.equalsIgnoreCase("nan")) {
      return Double.NaN;
    }
    throw new BadLineException(problem);
  }
}
