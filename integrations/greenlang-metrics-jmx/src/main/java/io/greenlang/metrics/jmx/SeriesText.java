package io.greenlang.metrics.jmx;

import io.greenlang.metrics.Tags;
import java.util.regex.Pattern;

/** Cleaning of texts of MBeans, which may have any characters, for names and tags of metrics. */
final class SeriesText {

  private static final Pattern NO_NAME = Pattern.compile("[^\\p{IsAlphabetic}\\p{IsDigit}_.-]");
  private static final Pattern DOTS = Pattern.compile("\\.{2,}");
  private static final Pattern OUTER_DOTS = Pattern.compile("^\\.|\\.$");

  private SeriesText() {}

  /** Returns a name of letters, digits, {@code _}, {@code -} and single dots. */
  static String name(String text) {
    String parts = NO_NAME.matcher(text).replaceAll("_");
    return OUTER_DOTS.matcher(DOTS.matcher(parts).replaceAll(".")).replaceAll("");
  }

  /**
   * Returns the text with {@code ?} for control characters and unpaired surrogates, cut to {@link
   * Tags#MAX_VALUE_LENGTH} characters.
   */
  static String tagValue(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .limit(Tags.MAX_VALUE_LENGTH)
        .map(
            c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c)
        .filter(c -> clean.length() + Character.charCount(c) <= Tags.MAX_VALUE_LENGTH)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }
}
