package io.greenlang.metrics.internal.history.codec;

/**
 * A variable-length code for integers that are mostly zero and otherwise small: 1 bit for zero, and
 * 9, 12, 16, 37 or 69 bits for other values. The buckets are those of Pelkonen et al., "Gorilla: a
 * fast, scalable, in-memory time series database", VLDB 2015, section 4.1.1, with two wider ones at
 * the end.
 */
final class DeltaCodec {

  private static final int[] WIDTHS = {7, 9, 12, 32};

  /** The maximum number of bits of a number. */
  static final int MAX_BITS = 69;

  private DeltaCodec() {}

  static void write(long number, BitBuffer output) {
    if (number == 0) {
      output.write(0, 1);
      return;
    }
    for (int bucket = 0; bucket < WIDTHS.length; bucket++) {
      int width = WIDTHS[bucket];
      if (fits(number, width)) {
        // The prefix of bucket n is n + 1 ones and a zero.
        output.write((1L << (bucket + 2)) - 2, bucket + 2);
        output.write(number, width);
        return;
      }
    }
    output.write((1L << (WIDTHS.length + 1)) - 1, WIDTHS.length + 1);
    output.write(number, 64);
  }

  static long read(BitBuffer.Reader input) {
    if (!input.readBit()) {
      return 0;
    }
    for (int width : WIDTHS) {
      if (!input.readBit()) {
        long raw = input.read(width);
        return raw << (64 - width) >> (64 - width);
      }
    }
    return input.read(64);
  }

  private static boolean fits(long number, int width) {
    long shifted = number >> (width - 1);
    return shifted == 0 || shifted == -1;
  }
}
