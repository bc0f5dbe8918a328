package io.greenlang.metrics.netty;

import io.netty.buffer.ByteBuf;

/**
 * A validator of a UTF-8 text that arrives in pieces. It finds an invalid byte in the piece that
 * contains it, and not only when the text is complete. The ranges are those of RFC 3629, section 4.
 * The connection's I/O thread owns it.
 *
 * <p>Netty's {@code Utf8FrameValidator} would treat a pong or a close frame between two fragments
 * as a part of the text.
 */
final class Utf8Validator {

  private static final int MIN = 0x80;
  private static final int MAX = 0xBF;

  /** The bytes that the current character still needs. */
  private int missing;

  private int min = MIN;
  private int max = MAX;

  /** Returns whether the text is still valid with this piece; does not consume the piece. */
  boolean accepts(ByteBuf piece) {
    return piece.forEachByte(this::next) < 0;
  }

  /** Returns whether the text ends with a complete character, and starts the next text. */
  boolean finish() {
    boolean complete = missing == 0;
    missing = 0;
    range(MIN, MAX);
    return complete;
  }

  private boolean next(byte signed) {
    int value = signed & 0xFF;
    if (missing == 0) {
      return value < MIN || startsCharacter(value);
    }
    boolean inRange = value >= min && value <= max;
    missing--;
    range(MIN, MAX);
    return inRange;
  }

  /** Returns whether a byte can be the first of a longer character: not overlong, no surrogate. */
  private boolean startsCharacter(int value) {
    missing = value < 0xE0 ? 1 : value < 0xF0 ? 2 : 3;
    switch (value) {
      case 0xE0 -> range(0xA0, MAX);
      case 0xED -> range(MIN, 0x9F);
      case 0xF0 -> range(0x90, MAX);
      case 0xF4 -> range(MIN, 0x8F);
      default -> range(MIN, MAX);
    }
    return value >= 0xC2 && value <= 0xF4;
  }

  private void range(int newMin, int newMax) {
    min = newMin;
    max = newMax;
  }
}
