package io.greenlang.metrics.codec;

/**
 * What bounds a document from a stranger, so that none can cost more than its bytes.
 *
 * @param bytes how long it may be
 * @param depth how deep maps and lists may nest; the outermost is the first
 * @param numberLength how long a number in JSON may be, in characters; the longest double needs 26
 */
public record DocumentLimits(int bytes, int depth, int numberLength) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is not positive
   */
  public DocumentLimits {
    if (bytes < 1 || depth < 1 || numberLength < 1) {
      throw new IllegalArgumentException(
          "bytes " + bytes + ", depth " + depth + ", number length " + numberLength);
    }
  }
}
