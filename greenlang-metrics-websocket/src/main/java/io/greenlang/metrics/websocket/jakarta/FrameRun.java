package io.greenlang.metrics.websocket.jakarta;

import io.greenlang.metrics.feed.Frames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Whole frames of one piece of memory, taken apart again: a container wants payloads and writes
 * headers of its own. Reads the headers as RFC 6455, section 5.2, has them; a server's frames have
 * no mask. On the I/O thread.
 */
final class FrameRun {

  static final int TEXT = 0x1;
  static final int BINARY = 0x2;
  static final int PING = 0x9;

  private static final int OPCODE_BITS = 0x0F;
  private static final int LENGTH_BITS = 0x7F;
  private static final int TWO_BYTE_LENGTH = 126;
  private static final int EIGHT_BYTE_LENGTH = 127;

  private final Frames frames;
  private final ByteBuffer bytes;
  private final int end;
  private int frameStart;
  private int opcode;
  private int payloadStart;
  private int payloadEnd;

  /** Takes over the caller's reference to {@code frames}. */
  FrameRun(Frames frames, int from, int to) {
    this.frames = frames;
    this.bytes = frames.bytes();
    this.payloadEnd = from;
    this.end = to;
  }

  boolean hasNext() {
    return payloadEnd < end;
  }

  /** Goes to the next frame. */
  void next() {
    frameStart = payloadEnd;
    opcode = bytes.get(frameStart) & OPCODE_BITS;
    int length = bytes.get(frameStart + 1) & LENGTH_BITS;
    payloadStart = frameStart + 2;
    if (length == TWO_BYTE_LENGTH) {
      length = Short.toUnsignedInt(bytes.getShort(payloadStart));
      payloadStart += Short.BYTES;
    } else if (length == EIGHT_BYTE_LENGTH) {
      length = Math.toIntExact(bytes.getLong(payloadStart));
      payloadStart += Long.BYTES;
    }
    payloadEnd = payloadStart + length;
  }

  int opcode() {
    return opcode;
  }

  /** How long the frame is, with its header. */
  int frameBytes() {
    return payloadEnd - frameStart;
  }

  /** A copy: there is no portable way to hand ready UTF-8 to a container. See {@link ReadyText}. */
  String text() {
    byte[] utf8 = new byte[payloadEnd - payloadStart];
    bytes.get(payloadStart, utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** The shared memory itself. Whoever keeps it longer than this run holds a reference. */
  ByteBuffer payload() {
    return bytes.slice(payloadStart, payloadEnd - payloadStart).asReadOnlyBuffer();
  }

  Frames frames() {
    return frames;
  }

  /** Gives the run's reference back. Once. */
  void release() {
    frames.release();
  }
}
