package io.greenlang.metrics.feed;

/** How messages are written, and so which kind of WebSocket frame carries them. */
public enum Encoding {
  /** JSON in text frames. */
  JSON(0x1),
  /** MessagePack in binary frames. */
  MESSAGEPACK(0x2);

  private final int opcode;

  Encoding(int opcode) {
    this.opcode = opcode;
  }

  /** The frame's opcode: 1 for text, 2 for binary (RFC 6455, section 5.2). */
  public int opcode() {
    return opcode;
  }
}
