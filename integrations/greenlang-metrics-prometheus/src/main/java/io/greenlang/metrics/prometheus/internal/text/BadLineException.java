package io.greenlang.metrics.prometheus.internal.text;

/**
 * A line that breaks the format or contradicts another line. It affects only itself. It has no
 * stack trace, because a target can send any number of such lines.
 */
public final class BadLineException extends Exception {

  /**
   * Creates an exception.
   *
   * @param problem the predicate of a sentence about the line, such as "has no value". It contains
   *     no text of the target
   */
  public BadLineException(String problem) {
    super(problem, null, false, false);
  }

  /** Returns the problem. */
  public String problem() {
    return String.valueOf(getMessage());
  }
}
