package io.greenlang.metrics.internal.history.codec;

import java.util.function.IntFunction;

/**
 * An append-only sequence of bits in 64-bit words. One thread writes. Other threads may read the
 * bits that existed when they obtained a reader: a written bit never changes, and a grown array
 * begins with the contents of the one it replaces.
 */
public final class BitBuffer {

  private static final int INITIAL_WORDS = 7;

  private final IntFunction<long[]> allocator;
  private long[] words;
  private int length;

  /** Creates an empty sequence. */
  public BitBuffer() {
    this(long[]::new);
  }

  /** Creates an empty sequence whose words an allocator provides. */
  public BitBuffer(IntFunction<long[]> allocator) {
    this.allocator = allocator;
    this.words = allocator.apply(INITIAL_WORDS);
  }

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
      grow();
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

  /** Reserves the memory of the next {@code count} bits, so that writing them cannot fail. */
  void reserve(int count) {
    while (((length + count) >>> 6) + 1 >= words.length) {
      grow();
    }
  }

  private void grow() {
    resize(words.length + (words.length >> 1) + 1);
  }

  private void resize(int newLength) {
    long[] resized = allocator.apply(newLength);
    System.arraycopy(words, 0, resized, 0, Math.min(words.length, newLength));
    words = resized;
  }

  /** Releases the unused capacity, unless there is no memory for the copy. */
  public void trim() {
    try {
      resize((length + 63) >>> 6);
    } catch (OutOfMemoryError e) {
      // The unused capacity remains, and is counted like the rest.
    }
  }

  /** Returns the memory that the words take, in bytes. */
  public int bytes() {
    return words.length * Long.BYTES;
  }

  /** Returns a reader that starts at the first bit. */
  public Reader reader() {
    return new Reader(words);
  }

  /**
   * A sequential reader of the bits. It does not check for the end; the caller must know how much
   * it may read.
   */
  public static final class Reader {

    private final long[] words;
    private int position;

    private Reader(long[] words) {
      this.words = words;
    }

    /** Reads one bit. */
    boolean readBit() {
      boolean set = (words[position >>> 6] << (position & 63)) < 0;
      position++;
      return set;
    }

    /**
     * Reads the next {@code count} bits.
     *
     * @param count 1 to 64
     */
    long read(int count) {
      int word = position >>> 6;
      int used = position & 63;
      int free = 64 - used;
      position += count;
      long aligned = words[word] << used;
      if (count <= free) {
        return aligned >>> (64 - count);
      }
      return (aligned >>> used << (count - free)) | (words[word + 1] >>> (64 - (count - free)));
    }
  }
}
