package io.greenlang.metrics.history;

/** Reads what a {@link BitBuffer} has. The reader knows where its own part ends; this does not. */
final class BitReader {

  private final long[] words;
  private int position;

  BitReader(long[] words) {
    this.words = words;
  }

  boolean bit() {
    boolean set = (words[position >>> 6] << (position & 63)) < 0;
    position++;
    return set;
  }

  /** The next {@code count} bits, 1 to 64 of them. */
  long read(int count) {
    int word = position >>> 6;
    int used = position & 63;
    int free = 64 - used;
    position += count;
    long left = words[word] << used;
    if (count <= free) {
      return left >>> (64 - count);
    }
    return (left >>> used << (count - free)) | (words[word + 1] >>> (64 - (count - free)));
  }
}
