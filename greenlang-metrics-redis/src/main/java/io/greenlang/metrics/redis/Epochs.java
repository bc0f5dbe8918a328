package io.greenlang.metrics.redis;

import java.util.concurrent.ThreadLocalRandom;

/** Random names of epochs, unique for all practical purposes. */
final class Epochs {

  private Epochs() {}

  static String next() {
    return Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);
  }
}
