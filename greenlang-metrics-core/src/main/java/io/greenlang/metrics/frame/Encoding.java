package io.greenlang.metrics.frame;

/** A message encoding, which also determines the type of the WebSocket frames. */
public enum Encoding {
  /** JSON in text frames. */
  JSON(0x1),
  /** MessagePack in binary frames. */
  MESSAGEPACK(0x2);

  private final int opcode;

  Encoding(int opcode) {
    this.opcode = opcode;
  }

  /** Returns the opcode of the frames: 1 for text, 2 for binary (RFC 6455, section 5.2). */
  public int opcode() {
    return opcode;
  }
}
