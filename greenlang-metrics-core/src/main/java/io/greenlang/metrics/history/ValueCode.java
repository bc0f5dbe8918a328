package io.greenlang.metrics.history;

/**
 * Successive values of a series, each as what differs from the one before, in the first of these
 * ways that fits:
 *
 * <ul>
 *   <li>the same again: 1 bit
 *   <li>a number with few decimals, as most are that people and programs make: how many of its last
 *       decimal it is more than the one before
 *   <li>any other: the meaningful bits of the exclusive or with the one before, in the place of
 *       those before if they fit there (Pelkonen et al., "Gorilla", VLDB 2015, section 4.1.2)
 * </ul>
 *
 * <p>A percentage with two decimals takes 10 bytes by the last way alone, and 4 with the second.
 */
final class ValueCode {

  private static final double[] POWERS = {1, 10, 100, 1_000, 10_000, 100_000};

  /** Above this, not every whole number is a double. */
  private static final double MAX_EXACT = 1L << 53;

  /** As many as five bits can tell. */
  private static final int MAX_LEADING = 31;

  private double previous;

  /** How many decimals the last such number had. */
  private int decimals;

  /** No place yet. */
  private int leading = 64;

  private int trailing;

  void write(double value, BitBuffer out) {
    int needed = decimals(value);
    if (Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(previous)) {
      out.write(0, 1);
    } else if (needed < 0) {
      out.write(0b111, 3);
      writeBits(value, out);
    } else {
      if (needed == decimals) {
        out.write(0b10, 2);
      } else {
        out.write(0b110, 3);
        out.write(needed, 3);
        decimals = needed;
      }
      IntegerCode.write(units(value) - units(previous), out);
    }
    previous = value;
  }

  double read(BitReader in) {
    if (in.bit()) {
      if (!in.bit()) {
        previous = (units(previous) + IntegerCode.read(in)) / POWERS[decimals];
      } else if (!in.bit()) {
        decimals = (int) in.read(3);
        previous = (units(previous) + IntegerCode.read(in)) / POWERS[decimals];
      } else {
        previous = readBits(in);
      }
    }
    return previous;
  }

  /** With how many decimals a value comes out as it is: as before, if that will do; -1 for none. */
  private int decimals(double value) {
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

  /** How many of the last decimal a value is, about: writer and reader come to the same. */
  private long units(double value) {
    double units = Math.rint(value * POWERS[decimals]);
    return Math.abs(units) < MAX_EXACT ? (long) units : 0;
  }

  private void writeBits(double value, BitBuffer out) {
    long difference = Double.doubleToRawLongBits(value) ^ Double.doubleToRawLongBits(previous);
    int zerosBefore = Math.min(MAX_LEADING, Long.numberOfLeadingZeros(difference));
    int zerosBehind = Long.numberOfTrailingZeros(difference);
    if (zerosBefore >= leading && zerosBehind >= trailing) {
      out.write(0, 1);
    } else {
      leading = zerosBefore;
      trailing = zerosBehind;
      out.write(1, 1);
      out.write(leading, 5);
      out.write(64 - leading - trailing - 1, 6);
    }
    out.write(difference >>> trailing, 64 - leading - trailing);
  }

  private double readBits(BitReader in) {
    if (in.bit()) {
      leading = (int) in.read(5);
      trailing = 64 - leading - 1 - (int) in.read(6);
    }
    long difference = in.read(64 - leading - trailing) << trailing;
    return Double.longBitsToDouble(Double.doubleToRawLongBits(previous) ^ difference);
  }
}
