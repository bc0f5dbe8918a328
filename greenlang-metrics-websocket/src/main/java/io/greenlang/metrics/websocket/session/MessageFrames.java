package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.feed.FrameBuffer;
import io.greenlang.metrics.feed.Frames;
import io.greenlang.metrics.websocket.protocol.MessageCodec;
import io.greenlang.metrics.websocket.protocol.ServerMessage;

/** Frames for one client only. */
final class MessageFrames {

  /** The opcode of a protocol-level ping (RFC 6455, section 5.5.2). */
  private static final int PING = 0x9;

  private MessageFrames() {}

  /** One message in one frame. */
  static Frames of(ServerMessage message, Encoding encoding) {
    byte[] payload = MessageCodec.of(encoding).encode(message.toMap());
    FrameBuffer frame = new FrameBuffer();
    frame.putFrameHeader(encoding.opcode(), payload.length);
    frame.put(payload);
    return Frames.of(frame);
  }

  /** An empty protocol-level ping, which every WebSocket library answers by itself. */
  static Frames ping() {
    FrameBuffer frame = new FrameBuffer();
    frame.putFrameHeader(PING, 0);
    return Frames.of(frame);
  }
}
