package io.greenlang.metrics.codec;

import com.fasterxml.jackson.core.io.NumberOutput;

/**
 * The form of a double in JSON, the same in live metrics and in history: whole numbers below 2^53
 * have no fraction, and NaN and infinities are null.
 */
public final class JsonNumber {

  /**
   * Above this, doubles cannot represent every integer, so all digits would suggest false
   * precision.
   */
  private static final double MAX_EXACT = 1L << 53;

  private JsonNumber() {}

  /**
   * Returns a number as JSON, in ASCII. An aggregate that failed midway can return NaN or an
   * infinity, and JSON cannot represent them.
   */
  public static String format(double value) {
    if (!Double.isFinite(value)) {
      return "null";
    }
    return value == Math.rint(value) && Math.abs(value) < MAX_EXACT
        ? Long.toString((long) value)
        : NumberOutput.toString(value, true);
  }
}
