package io.greenlang.metrics.testkit.random;

import java.util.Random;

/** A generator of finite doubles that favors edge cases. */
final class RandomNumbers {

  static final double TWO_TO_53 = 1L << 53;

  private static final double[] EDGE_CASES = {
    0.0,
    -0.0,
    1,
    -1,
    0.1 + 0.2,
    1e-7,
    1e-3,
    1e7,
    123456789012345.6,
    TWO_TO_53 - 1,
    TWO_TO_53,
    TWO_TO_53 + 2,
    -TWO_TO_53,
    1 - TWO_TO_53,
    1e16,
    1e21,
    1e22,
    0x1p63,
    0x0.fffffffffffffp-1022,
    Double.MIN_VALUE,
    Double.MIN_NORMAL,
    Double.MAX_VALUE,
    -Double.MAX_VALUE
  };

  private RandomNumbers() {}

  static double next(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> EDGE_CASES[random.nextInt(EDGE_CASES.length)];
      case 1 -> random.nextInt(1000);
      case 2 -> random.nextInt() / 100.0;
      case 3 -> (double) (random.nextLong() >> (1 + random.nextInt(62)));
      default -> anyFinite(random);
    };
  }

  private static double anyFinite(Random random) {
    double value;
    do {
      value = Double.longBitsToDouble(random.nextLong());
    } while (!Double.isFinite(value));
    return value;
  }
}
