package io.greenlang.metrics.internal.history.codec;

/**
 * A codec for successive values of a series. Each value is coded as its difference from the
 * preceding one, in the first of these ways that fits:
 *
 * <ul>
 *   <li>an equal value: 1 bit
 *   <li>a number with few decimals, as people and programs usually produce: the difference in units
 *       of its last decimal
 *   <li>any other number: the meaningful bits of the exclusive or with the preceding value, in the
 *       bit range of the preceding difference if they fit there (Pelkonen et al., "Gorilla", VLDB
 *       2015, section 4.1.2)
 * </ul>
 *
 * <p>A percentage with two decimals takes 10 bytes with the third method alone, and 4 bytes with
 * the second.
 */
final class XorDoubleCodec {

  /** The maximum number of bits of a value: two prefixes, a bit range, and all bits. */
  static final int MAX_BITS = 3 + 1 + 5 + 6 + 64;

  private static final double[] POWERS = {1, 10, 100, 1_000, 10_000, 100_000};

  /** The limit above which not every integer is representable as a double. */
  private static final double MAX_EXACT = 1L << 53;

  /** The maximum that fits into five bits. */
  private static final int MAX_LEADING = 31;

  private double previous;

  /** The number of decimals of the last value that was coded as a decimal. */
  private int decimals;

  /** The leading zeros of the current bit range; 64 before the first range. */
  private int leading = 64;

  /** The trailing zeros of the current bit range. */
  private int trailing;

  void write(double value, BitBuffer output) {
    int requiredDecimals = findDecimals(value);
    if (Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(previous)) {
      output.write(0, 1);
    } else if (requiredDecimals < 0) {
      output.write(0b111, 3);
      writeBits(value, output);
    } else {
      if (requiredDecimals == decimals) {
        output.write(0b10, 2);
      } else {
        output.write(0b110, 3);
        output.write(requiredDecimals, 3);
        decimals = requiredDecimals;
      }
      DeltaCodec.write(units(value) - units(previous), output);
    }
    previous = value;
  }

  double read(BitBuffer.Reader input) {
    if (input.readBit()) {
      if (!input.readBit()) {
        previous = (units(previous) + DeltaCodec.read(input)) / POWERS[decimals];
      } else if (!input.readBit()) {
        decimals = (int) input.read(3);
        previous = (units(previous) + DeltaCodec.read(input)) / POWERS[decimals];
      } else {
        previous = readBits(input);
      }
    }
    return previous;
  }

  /**
   * Returns the number of decimals with which a value is exact, preferring the current number; -1
   * if there is none.
   */
  private int findDecimals(double value) {
    if (isExact(value, decimals)) {
      return decimals;
    }
    for (int count = 0; count < POWERS.length; count++) {
      if (isExact(value, count)) {
        return count;
      }
    }
    return -1;
  }

  private static boolean isExact(double value, int decimals) {
    double units = Math.rint(value * POWERS[decimals]);
    return Math.abs(units) < MAX_EXACT
        && Double.doubleToRawLongBits((long) units / POWERS[decimals])
            == Double.doubleToRawLongBits(value);
  }

  /**
   * Returns a value as a number of units of its last decimal, rounded. Writer and reader compute
   * the same number.
   */
  private long units(double value) {
    double units = Math.rint(value * POWERS[decimals]);
    return Math.abs(units) < MAX_EXACT ? (long) units : 0;
  }

  private void writeBits(double value, BitBuffer output) {
    long difference = Double.doubleToRawLongBits(value) ^ Double.doubleToRawLongBits(previous);
    int leadingZeros = Math.min(MAX_LEADING, Long.numberOfLeadingZeros(difference));
    int trailingZeros = Long.numberOfTrailingZeros(difference);
    if (leadingZeros >= leading && trailingZeros >= trailing) {
      output.write(0, 1);
    } else {
      leading = leadingZeros;
      trailing = trailingZeros;
      output.write(1, 1);
      output.write(leading, 5);
      output.write(64 - leading - trailing - 1, 6);
    }
    output.write(difference >>> trailing, 64 - leading - trailing);
  }

  private double readBits(BitBuffer.Reader input) {
    if (input.readBit()) {
      leading = (int) input.read(5);
      trailing = 64 - leading - 1 - (int) input.read(6);
    }
    long difference = input.read(64 - leading - trailing) << trailing;
    return Double.longBitsToDouble(Double.doubleToRawLongBits(previous) ^ difference);
  }
}
