package io.greenlang.metrics.redis.internal.support;

import java.util.concurrent.ThreadLocalRandom;

/** Random names of epochs, unique for all practical purposes. */
public final class Epoch {

  private Epoch() {}

  /** Returns a random name. */
  public static String random() {
    return Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);
  }
}
