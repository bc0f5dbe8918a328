package io.greenlang.metrics.prometheus.internal.text;

/** A receiver of the lines of a body in their order. */
public interface ExpositionHandler {

  /** Called for a {@code # TYPE} line. */
  void type(String family, FamilyType type) throws BadLineException;

  /** Called for a {@code # HELP} line; the text may be empty and has its escapes resolved. */
  void help(String family, String text) throws BadLineException;

  /** Called for a {@code # UNIT} line; the unit may be empty. */
  void unit(String family, String unit) throws BadLineException;

  /**
   * Called for a sample.
   *
   * @param series the name and the labels as they are in the line. They end where {@link
   *     SeriesText} would end them, but may break the format otherwise
   * @param value any double
   */
  void sample(String series, double value) throws BadLineException;

  /**
   * Called for a line that breaks the format, or for which another method threw.
   *
   * @param line the number of the line, from 1
   * @param problem the predicate of a sentence about the line
   */
  void badLine(int line, String problem);
}
