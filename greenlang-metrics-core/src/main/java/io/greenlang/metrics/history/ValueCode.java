package io.greenlang.metrics.history;

/**
 * Successive values of a series, each as what differs from the one before. Pelkonen et al.,
 * "Gorilla", VLDB 2015, section 4.1.2: 1 bit for the same value, else the meaningful bits of the
 * exclusive or, in the place of the ones before if they fit there.
 */
final class ValueCode {

  /** As many as five bits can tell. */
  private static final int MAX_LEADING = 31;

  private long previous;

  /** No place yet. */
  private int leading = 64;

  private int trailing;

  void write(double value, BitBuffer out) {
    long bits = Double.doubleToRawLongBits(value);
    long difference = bits ^ previous;
    previous = bits;
    if (difference == 0) {
      out.write(0, 1);
      return;
    }
    int zerosBefore = Math.min(MAX_LEADING, Long.numberOfLeadingZeros(difference));
    int zerosBehind = Long.numberOfTrailingZeros(difference);
    if (zerosBefore >= leading && zerosBehind >= trailing) {
      out.write(0b10, 2);
    } else {
      leading = zerosBefore;
      trailing = zerosBehind;
      out.write(0b11, 2);
      out.write(leading, 5);
      out.write(64 - leading - trailing - 1, 6);
    }
    out.write(difference >>> trailing, 64 - leading - trailing);
  }

  double read(BitReader in) {
    if (in.bit()) {
      if (in.bit()) {
        leading = (int) in.read(5);
        trailing = 64 - leading - 1 - (int) in.read(6);
      }
      previous ^= in.read(64 - leading - trailing) << trailing;
    }
    return Double.longBitsToDouble(previous);
  }
}
