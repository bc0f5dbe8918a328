package io.greenlang.metrics.websocket.internal.delivery;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.websocket.internal.protocol.MessageCodec;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage;

/** The encoder of frames for a single client. */
public final class MessageFrames {

  /** The opcode of a protocol-level ping (RFC 6455, section 5.5.2). */
  private static final int PING = 0x9;

  private MessageFrames() {}

  /** Returns one message in one frame. */
  public static SharedFrames of(ServerMessage message, Encoding encoding) {
    FrameBuffer frames = new FrameBuffer();
    put(message, encoding, frames);
    return frames.toSharedFrames();
  }

  /**
   * Returns one message followed by an empty protocol-level ping, which every WebSocket library
   * answers by itself. A heartbeat is therefore two frames in one write.
   */
  public static SharedFrames withPing(ServerMessage message, Encoding encoding) {
    FrameBuffer frames = new FrameBuffer();
    put(message, encoding, frames);
    frames.putFrameHeader(PING, 0);
    return frames.toSharedFrames();
  }

  private static void put(ServerMessage message, Encoding encoding, FrameBuffer frames) {
    byte[] payload = MessageCodec.of(encoding).encode(message.toMap());
    frames.putFrameHeader(encoding.opcode(), payload.length);
    frames.put(payload);
  }
}
