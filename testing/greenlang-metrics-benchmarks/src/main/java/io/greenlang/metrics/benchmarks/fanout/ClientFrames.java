package io.greenlang.metrics.benchmarks.fanout;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Encoder for the messages that a subscriber sends: its upgrade request and its frames. */
public final class ClientFrames {

  /** The opcode of a text frame (RFC 6455, section 5.2). */
  public static final int TEXT = 1;

  /** The opcode of a binary frame. */
  public static final int BINARY = 2;

  /** The opcode of a close frame. */
  public static final int CLOSE = 8;

  /** The opcode of a ping. */
  public static final int PING = 9;

  /** The opcode of a pong. */
  public static final int PONG = 10;

  /** The example key of RFC 6455, so that the expected response is a constant. */
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

  private static final int MASK_BYTES = 4;

  private ClientFrames() {}

  /** Returns the request that opens a WebSocket. */
  public static byte[] upgradeRequest(String host, int port, String path) {
    return upgradeRequest(host, port, path, "");
  }

  /** Returns the request that opens a WebSocket with a subprotocol; empty for none. */
  static byte[] upgradeRequest(String host, int port, String path, String subprotocol) {
    String request =
        String.join(
            "\r\n",
            "GET " + path + " HTTP/1.1",
            "Host: " + host + ":" + port,
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: " + KEY,
            subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n",
            "");
    return request.getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns whether a response, up to its empty line, opens a WebSocket. */
  public static boolean isUpgraded(String response) {
    return response.startsWith("HTTP/1.1 101") && response.contains(ACCEPT);
  }

  /**
   * Returns a frame. Clients must mask; a mask of zeros is valid and leaves the payload readable.
   */
  public static ByteBuffer frame(int opcode, byte[] payload) {
    int length = payload.length;
    ByteBuffer frame = ByteBuffer.allocate(4 + MASK_BYTES + length);
    frame.put((byte) (0x80 | opcode));
    if (length < 126) {
      frame.put((byte) (0x80 | length));
    } else if (length <= 0xffff) {
      frame.put((byte) (0x80 | 126)).putShort((short) length);
    } else {
      throw new IllegalArgumentException("a frame of " + length + " bytes exceeds 65535 bytes");
    }
    return frame.putInt(0).put(payload).flip();
  }
}
