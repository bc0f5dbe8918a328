package io.greenlang.metrics.history;

import java.util.Arrays;

/**
 * A sequence of bits that only grows, in words of 64. One thread writes; others may read what was
 * there when they learnt of it: a bit once written never changes, and a longer array replaces a
 * shorter one of the same beginning.
 */
final class BitBuffer {

  private static final int FIRST_WORDS = 4;

  private long[] words = new long[FIRST_WORDS];
  private int length;

  /** Appends the lowest {@code count} bits of {@code bits}, 0 to 64 of them. */
  void write(long bits, int count) {
    if (count == 0) {
      return;
    }
    int word = length >>> 6;
    int used = length & 63;
    int free = 64 - used;
    if (word + 1 >= words.length) {
      words = Arrays.copyOf(words, words.length + (words.length >> 1) + 1);
    }
    long clean = count == 64 ? bits : bits & ((1L << count) - 1);
    if (count <= free) {
      words[word] |= clean << (free - count);
    } else {
      words[word] |= clean >>> (count - free);
      words[word + 1] |= clean << (64 - (count - free));
    }
    length += count;
  }

  /** Lets go of what growth took in advance. */
  void trim() {
    words = Arrays.copyOf(words, (length + 63) >>> 6);
  }

  /** How much memory this takes. */
  int bytes() {
    return words.length * Long.BYTES;
  }

  /** Reads from the beginning. */
  BitReader reader() {
    return new BitReader(words);
  }
}
