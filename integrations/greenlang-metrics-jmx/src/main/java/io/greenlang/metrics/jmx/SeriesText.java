package io.greenlang.metrics.jmx;

import java.util.regex.Pattern;

/** Cleaning of texts of MBeans, which may have any characters, for names of metrics. */
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
}
