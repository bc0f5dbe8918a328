package io.greenlang.metrics.internal.frame;

import java.nio.ByteBuffer;

/**
 * A reader of the headers of frames in a buffer. A header follows RFC 6455, section 5.2. Frames of
 * a server have no mask. Used by one thread at a time.
 */
public final class FrameReader {

  private static final int OPCODE_BITS = 0x0F;
  private static final int LENGTH_BITS = 0x7F;
  private static final int TWO_BYTE_LENGTH = 126;
  private static final int EIGHT_BYTE_LENGTH = 127;

  private int opcode;
  private int payloadStart;
  private int end;

  /** Moves to the frame that begins at an index. */
  public void moveTo(ByteBuffer frames, int index) {
    opcode = frames.get(index) & OPCODE_BITS;
    int length = frames.get(index + 1) & LENGTH_BITS;
    payloadStart = index + 2;
    if (length == TWO_BYTE_LENGTH) {
      length = Short.toUnsignedInt(frames.getShort(payloadStart));
      payloadStart += Short.BYTES;
    } else if (length == EIGHT_BYTE_LENGTH) {
      length = Math.toIntExact(frames.getLong(payloadStart));
      payloadStart += Long.BYTES;
    }
    end = payloadStart + length;
  }

  /** Returns the opcode of the current frame. */
  public int opcode() {
    return opcode;
  }

  /** Returns where the payload of the current frame begins. */
  public int payloadStart() {
    return payloadStart;
  }

  /** Returns where the current frame ends, exclusive. */
  public int end() {
    return end;
  }
}
