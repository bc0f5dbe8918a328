package io.greenlang.metrics.history;

/**
 * Whole numbers that are mostly zero, and small when they are not: 1 bit for zero, 9, 12, 16, 37 or
 * 69 bits for others. The buckets are those of Pelkonen et al., "Gorilla: a fast, scalable,
 * in-memory time series database", VLDB 2015, section 4.1.1, with two wider ones at the end.
 */
final class IntegerCode {

  private static final int[] WIDTHS = {7, 9, 12, 32};

  private IntegerCode() {}

  static void write(long number, BitBuffer out) {
    if (number == 0) {
      out.write(0, 1);
      return;
    }
    for (int bucket = 0; bucket < WIDTHS.length; bucket++) {
      int width = WIDTHS[bucket];
      if (fits(number, width)) {
        // As many ones as the bucket's number, and a zero.
        out.write((1L << (bucket + 2)) - 2, bucket + 2);
        out.write(number, width);
        return;
      }
    }
    out.write((1L << (WIDTHS.length + 1)) - 1, WIDTHS.length + 1);
    out.write(number, 64);
  }

  static long read(BitReader in) {
    if (!in.bit()) {
      return 0;
    }
    for (int width : WIDTHS) {
      if (!in.bit()) {
        long raw = in.read(width);
        return raw << (64 - width) >> (64 - width);
      }
    }
    return in.read(64);
  }

  private static boolean fits(long number, int width) {
    long shifted = number >> (width - 1);
    return shifted == 0 || shifted == -1;
  }
}
