package io.greenlang.metrics.websocket.internal.columnar;

/**
 * Doubles as decimals: an integer, the mantissa, divided by a power of ten. Most values of metrics
 * are decimals with few digits, and the difference of two mantissas takes few bytes.
 */
final class Decimals {

  /** The maximum scale that the encoder uses. Longer fractions are rarely decimals. */
  static final int MAX_SCALE = 9;

  /** No mantissa: the double is not a decimal of that scale. */
  static final long NONE = Long.MIN_VALUE;

  /**
   * The maximum magnitude of a mantissa. The zigzag form of the difference of two mantissas is then
   * at most 2^53, an exact number in JavaScript.
   */
  private static final double MAX_MANTISSA = 1L << 51;

  /** Powers of ten that doubles represent exactly, so that a division rounds only once. */
  private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

  private Decimals() {}

  /**
   * Returns the integer that, divided by 10 to the power of {@code scale}, is exactly this double,
   * bit by bit; {@link #NONE} if there is none.
   */
  static long mantissa(double value, int scale) {
    double scaled = Math.rint(value * POWERS[scale]);
    if (!(Math.abs(scaled) <= MAX_MANTISSA)) {
      return NONE;
    }
    long mantissa = (long) scaled;
    boolean isExact =
        Double.doubleToRawLongBits(mantissa / POWERS[scale]) == Double.doubleToRawLongBits(value);
    return isExact ? mantissa : NONE;
  }

  /** Returns the smallest scale at which a double is a decimal; -1 if there is none. */
  static int scaleOf(double value) {
    for (int scale = 0; scale <= MAX_SCALE; scale++) {
      if (mantissa(value, scale) != NONE) {
        return scale;
      }
    }
    return -1;
  }
}
