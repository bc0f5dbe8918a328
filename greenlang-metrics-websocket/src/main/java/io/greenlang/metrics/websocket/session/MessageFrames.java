package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.feed.FrameBuffer;
import io.greenlang.metrics.feed.Frames;
import io.greenlang.metrics.websocket.protocol.MessageCodec;
import io.greenlang.metrics.websocket.protocol.ServerMessage;

/** Encodes frames for a single client. */
final class MessageFrames {

  /** The opcode of a protocol-level ping (RFC 6455, section 5.5.2). */
  private static final int PING = 0x9;

  private MessageFrames() {}

  /** Returns one message in one frame. */
  static Frames of(ServerMessage message, Encoding encoding) {
    FrameBuffer frames = new FrameBuffer();
    put(message, encoding, frames);
    return Frames.of(frames);
  }

  /**
   * Returns one message followed by an empty protocol-level ping, which every WebSocket library
   * answers by itself. A heartbeat is therefore two frames in one write.
   */
  static Frames withPing(ServerMessage message, Encoding encoding) {
    FrameBuffer frames = new FrameBuffer();
    put(message, encoding, frames);
    frames.putFrameHeader(PING, 0);
    return Frames.of(frames);
  }

  private static void put(ServerMessage message, Encoding encoding, FrameBuffer frames) {
    byte[] payload = MessageCodec.of(encoding).encode(message.toMap());
    frames.putFrameHeader(encoding.opcode(), payload.length);
    frames.put(payload);
  }
}
