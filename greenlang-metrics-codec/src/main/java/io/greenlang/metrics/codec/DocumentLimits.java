package io.greenlang.metrics.codec;

/**
 * The limits of an untrusted document, so that it cannot cost more than its own bytes.
 *
 * @param maxBytes the maximum length, in bytes
 * @param maxDepth the maximum nesting depth of maps and lists; the outermost one has depth 1
 * @param maxNumberLength the maximum length of a number in JSON, in characters; the longest double
 *     needs 26
 */
public record DocumentLimits(int maxBytes, int maxDepth, int maxNumberLength) {

  /**
   * Validates the limits.
   *
   * @throws IllegalArgumentException if a limit is not positive
   */
  public DocumentLimits {
    if (maxBytes < 1 || maxDepth < 1 || maxNumberLength < 1) {
      throw new IllegalArgumentException(
          "limits must be positive, but are bytes "
              + maxBytes
              + ", depth "
              + maxDepth
              + ", numberLength "
              + maxNumberLength);
    }
  }
}
