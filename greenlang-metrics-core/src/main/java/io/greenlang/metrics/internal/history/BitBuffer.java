package io.greenlang.metrics.internal.history;

import java.util.Arrays;

/**
 * An append-only sequence of bits in 64-bit words. One thread writes. Other threads may read the
 * bits that existed when they obtained a reader: a written bit never changes, and a grown array
 * begins with the contents of the one it replaces.
 */
final class BitBuffer {

  private static final int INITIAL_WORDS = 4;

  private long[] words = new long[INITIAL_WORDS];
  private int length;

  /**
   * Appends the lowest {@code count} bits of {@code bits}.
   *
   * @param count 0 to 64
   */
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
    long masked = count == 64 ? bits : bits & ((1L << count) - 1);
    if (count <= free) {
      words[word] |= masked << (free - count);
    } else {
      words[word] |= masked >>> (count - free);
      words[word + 1] |= masked << (64 - (count - free));
    }
    length += count;
  }

  /** Releases the unused capacity. */
  void trim() {
    words = Arrays.copyOf(words, (length + 63) >>> 6);
  }

  /** Returns the memory that the words take, in bytes. */
  int bytes() {
    return words.length * Long.BYTES;
  }

  /** Returns a reader that starts at the first bit. */
  BitReader reader() {
    return new BitReader(words);
  }
}
