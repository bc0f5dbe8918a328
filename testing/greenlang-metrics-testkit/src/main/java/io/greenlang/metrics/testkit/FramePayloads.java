package io.greenlang.metrics.testkit;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.frame.SharedFrames;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A receiver without a socket: it collects the payloads of WebSocket frames, without their headers.
 * Used by one thread.
 */
public final class FramePayloads implements FrameSink {

  private final Encoding encoding;
  private List<byte[]> payloads = new ArrayList<>();

  /** Creates a receiver of frames in one encoding. */
  public FramePayloads(Encoding encoding) {
    this.encoding = encoding;
  }

  /** Returns the payloads since the last call. */
  public List<byte[]> drain() {
    List<byte[]> drained = payloads;
    payloads = new ArrayList<>();
    return drained;
  }

  @Override
  public void write(SharedFrames frames, int start, int end, int count) {
    ByteBuffer bytes = frames.bytes().duplicate().position(start).limit(end);
    for (int i = 0; i < count; i++) {
      payloads.add(payload(bytes));
    }
    frames.release();
    if (bytes.hasRemaining()) {
      throw new AssertionError(bytes.remaining() + " bytes after the last frame");
    }
  }

  private byte[] payload(ByteBuffer frames) {
    int firstByte = frames.get() & 0xFF;
    if (firstByte != (0x80 | encoding.opcode())) {
      throw new AssertionError("unexpected first byte of a frame: " + firstByte);
    }
    int shortLength = frames.get();
    long length =
        shortLength == 126
            ? frames.getShort() & 0xFFFF
            : shortLength == 127 ? frames.getLong() : shortLength;
    byte[] payload = new byte[Math.toIntExact(length)];
    frames.get(payload);
    return payload;
  }
}
