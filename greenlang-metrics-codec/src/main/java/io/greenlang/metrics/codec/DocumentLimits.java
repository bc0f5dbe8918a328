package io.greenlang.metrics.codec;

/**
 * The limits of an untrusted document, so that it cannot cost more than its own bytes.
 *
 * @param bytes the maximum length, in bytes
 * @param depth the maximum nesting depth of maps and lists; the outermost one has depth 1
 * @param numberLength the maximum length of a number in JSON, in characters; the longest double
 *     needs 26
 */
public record DocumentLimits(int bytes, int depth, int numberLength) {

  /**
   * Validates the limits.
   *
   * @throws IllegalArgumentException if a limit is not positive
   */
  public DocumentLimits {
    if (bytes < 1 || depth < 1 || numberLength < 1) {
      throw new IllegalArgumentException(
          "limits must be positive, but are bytes "
              + bytes
              + ", depth "
              + depth
              + ", numberLength "
              + numberLength);
    }
  }
}
