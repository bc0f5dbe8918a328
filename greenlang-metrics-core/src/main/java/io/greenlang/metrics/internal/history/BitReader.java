package io.greenlang.metrics.internal.history;

/**
 * A sequential reader of a {@link BitBuffer}. It does not check for the end; the caller must know
 * how much it may read.
 */
final class BitReader {

  private final long[] words;
  private int position;

  BitReader(long[] words) {
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
