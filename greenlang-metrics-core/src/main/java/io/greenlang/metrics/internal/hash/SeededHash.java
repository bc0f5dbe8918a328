package io.greenlang.metrics.internal.hash;

import java.security.SecureRandom;

/**
 * A hash of texts that differs in each process. Publishers choose names and tags, and {@link
 * String#hashCode} is known: with equal hash codes, each lookup of a series compared it with all
 * others. To choose texts that collide here, a publisher would have to know the seed. Any thread.
 */
public final class SeededHash {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final long SEED = RANDOM.nextLong();

  /** Odd, so that no bit of the state is lost. */
  private static final long MULTIPLIER = RANDOM.nextLong() | 1;

  private SeededHash() {}

  /** Returns the hash of a text. */
  public static int of(String text) {
    return fold(add(SEED, text));
  }

  /** Returns the hash of a list of texts. */
  public static int of(String[] texts) {
    long state = SEED;
    for (String text : texts) {
      state = add((state ^ text.length()) * MULTIPLIER, text);
    }
    return fold(state);
  }

  private static long add(long initial, String text) {
    long state = initial;
    for (int i = 0; i < text.length(); i++) {
      state = (state ^ text.charAt(i)) * MULTIPLIER;
    }
    return state;
  }

  /** Mixes the upper half, which depends on all bits of the text, into the lower one. */
  private static int fold(long state) {
    long mixed = (state ^ state >>> 32) * MULTIPLIER;
    return (int) (mixed >>> 32);
  }
}
