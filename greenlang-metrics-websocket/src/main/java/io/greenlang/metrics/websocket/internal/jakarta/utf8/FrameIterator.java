package io.greenlang.metrics.websocket.internal.jakarta.utf8;

import io.greenlang.metrics.frame.SharedFrames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An iterator over the frames in one buffer. It parses them because a container takes payloads and
 * writes its own frame headers. The headers follow RFC 6455, section 5.2; frames of a server have
 * no mask. Confined to the I/O thread.
 */
public final class FrameIterator {

  /** The opcode of a text frame. */
  public static final int TEXT = 0x1;

  /** The opcode of a binary frame. */
  public static final int BINARY = 0x2;

  /** The opcode of a ping. */
  public static final int PING = 0x9;

  private static final int OPCODE_BITS = 0x0F;
  private static final int LENGTH_BITS = 0x7F;
  private static final int TWO_BYTE_LENGTH = 126;
  private static final int EIGHT_BYTE_LENGTH = 127;

  private final SharedFrames frames;
  private final ByteBuffer bytes;
  private final int end;
  private int frameStart;
  private int opcode;
  private int payloadStart;
  private int payloadEnd;

  /** Creates an iterator that takes over the caller's reference to {@code frames}. */
  public FrameIterator(SharedFrames frames, int from, int to) {
    this.frames = frames;
    this.bytes = frames.bytes();
    this.payloadEnd = from;
    this.end = to;
  }

  /** Returns whether another frame follows. */
  public boolean hasNext() {
    return payloadEnd < end;
  }

  /** Moves to the next frame. */
  public void next() {
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

  /** Returns the opcode of the current frame. */
  public int opcode() {
    return opcode;
  }

  /** Returns the length of the current frame in bytes, including its header. */
  public int frameBytes() {
    return payloadEnd - frameStart;
  }

  /**
   * Returns a copy, because there is no portable way to pass UTF-8 bytes to a container as text.
   * See {@link Utf8TextSender}.
   */
  public String text() {
    byte[] utf8 = new byte[payloadEnd - payloadStart];
    bytes.get(payloadStart, utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /**
   * Returns a view of the shared buffer. Callers that keep it longer than this iterator must retain
   * the frames.
   */
  public ByteBuffer payload() {
    return bytes.slice(payloadStart, payloadEnd - payloadStart).asReadOnlyBuffer();
  }

  /** Returns the buffer that the frames are in. */
  public SharedFrames frames() {
    return frames;
  }

  /** Releases the iterator's reference to the frames. Call it once. */
  public void release() {
    frames.release();
  }
}
