package io.greenlang.metrics.redis;

import java.util.concurrent.ThreadLocalRandom;

/** Names that nobody has used before. */
final class Epochs {

  private Epochs() {}

  static String next() {
    return Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);
  }
}
