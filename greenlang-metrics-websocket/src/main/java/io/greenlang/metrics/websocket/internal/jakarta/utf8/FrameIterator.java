package io.greenlang.metrics.websocket.internal.jakarta.utf8;

import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.internal.frame.FrameReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An iterator over the frames in one buffer. It parses them because a container takes payloads and
 * writes its own frame headers. Confined to the I/O thread.
 */
public final class FrameIterator {

  /** The opcode of a text frame. */
  public static final int TEXT = 0x1;

  /** The opcode of a binary frame. */
  public static final int BINARY = 0x2;

  /** The opcode of a ping. */
  public static final int PING = 0x9;

  private final FrameReader reader = new FrameReader();
  private final SharedFrames frames;
  private final ByteBuffer bytes;
  private final int end;
  private int frameStart;
  private int frameEnd;

  /** Creates an iterator that takes over the caller's reference to {@code frames}. */
  public FrameIterator(SharedFrames frames, int from, int to) {
    this.frames = frames;
    this.bytes = frames.bytes();
    this.frameEnd = from;
    this.end = to;
  }

  /** Returns whether another frame follows. */
  public boolean hasNext() {
    return frameEnd < end;
  }

  /** Moves to the next frame. */
  public void next() {
    frameStart = frameEnd;
    reader.moveTo(bytes, frameStart);
    frameEnd = reader.end();
  }

  /** Returns the opcode of the current frame. */
  public int opcode() {
    return reader.opcode();
  }

  /** Returns the length of the current frame in bytes, including its header. */
  public int frameBytes() {
    return frameEnd - frameStart;
  }

  /**
   * Returns a copy, because there is no portable way to pass UTF-8 bytes to a container as text.
   * See {@link Utf8TextSender}.
   */
  public String text() {
    byte[] utf8 = new byte[frameEnd - reader.payloadStart()];
    bytes.get(reader.payloadStart(), utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /**
   * Returns a view of the shared buffer. Callers that keep it longer than this iterator must retain
   * the frames.
   */
  public ByteBuffer payload() {
    return bytes.slice(reader.payloadStart(), frameEnd - reader.payloadStart()).asReadOnlyBuffer();
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
