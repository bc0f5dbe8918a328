package io.greenlang.metrics.testkit.client;

import io.greenlang.metrics.frame.Encoding;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One WebSocket frame as it appears on the wire; it may be invalid, because tests send any frame.
 *
 * @param fin whether this is the last frame of its message
 * @param rsv the three reserved bits, RSV1 first
 * @param opcode the opcode, 0 to 15
 * @param payload the unmasked payload
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RawWebSocketFrame(boolean fin, int rsv, int opcode, byte[] payload) {

  /** The opcode of a continuation frame (RFC 6455, section 5.2). */
  public static final int CONTINUATION = 0;

  /** The opcode of a text frame. */
  public static final int TEXT = 1;

  /** The opcode of a binary frame. */
  public static final int BINARY = 2;

  /** The opcode of a close frame. */
  public static final int CLOSE = 8;

  /** The opcode of a ping. */
  public static final int PING = 9;

  /** The opcode of a pong. */
  public static final int PONG = 10;

  private static final int MASK = 0x5AA5C33C;

  /** Returns a complete text message. */
  public static RawWebSocketFrame text(String text) {
    return of(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a complete binary message. */
  public static RawWebSocketFrame binary(byte[] bytes) {
    return of(BINARY, bytes);
  }

  /** Returns a complete message or a control frame. */
  public static RawWebSocketFrame of(int opcode, byte[] payload) {
    return new RawWebSocketFrame(true, 0, opcode, payload);
  }

  /** Returns a close frame with the given code. */
  public static RawWebSocketFrame close(int code) {
    return of(CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
  }

  /** Returns a copy without the FIN bit. */
  public RawWebSocketFrame withoutFin() {
    return new RawWebSocketFrame(false, rsv, opcode, payload);
  }

  /** Returns a copy with the given reserved bits. */
  public RawWebSocketFrame withRsv(int bits) {
    return new RawWebSocketFrame(fin, bits, opcode, payload);
  }

  /** Returns the code of a close frame; 1005 if it has none. */
  public int closeCode() {
    return payload.length < 2 ? 1005 : (payload[0] & 0xFF) << 8 | (payload[1] & 0xFF);
  }

  /** Returns the payload, decoded as UTF-8. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** Returns the message that the server sent in this frame. */
  public ReceivedMessage message() {
    return ReceivedMessage.read(opcode == TEXT ? Encoding.JSON : Encoding.MESSAGEPACK, payload);
  }

  /** Returns the bytes of the frame with a mask, as a client must send it. */
  public byte[] masked() {
    return masked(payload.length);
  }

  /**
   * Returns the bytes of the frame with a mask, and with a header that announces another length.
   * With a greater one, the bytes are the beginning of a longer frame.
   */
  public byte[] masked(int length) {
    ByteArrayOutputStream out = header(true, length);
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write(MASK >>> shift);
    }
    byte[] masked = new byte[payload.length];
    for (int i = 0; i < payload.length; i++) {
      masked[i] = (byte) (payload[i] ^ (MASK >>> (24 - 8 * (i % 4))));
    }
    out.writeBytes(masked);
    return out.toByteArray();
  }

  /** Returns the bytes of the frame without a mask, which a client must not send. */
  public byte[] unmasked() {
    ByteArrayOutputStream out = header(false, payload.length);
    out.writeBytes(payload);
    return out.toByteArray();
  }

  /**
   * Returns a header with an eight-byte length and a mask, without a payload.
   *
   * @param length the length that the header claims; may be invalid
   */
  public byte[] headerWithLength(long length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(firstByte());
    out.write(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8) {
      out.write((int) (length >>> shift));
    }
    out.writeBytes(new byte[4]);
    return out.toByteArray();
  }

  private ByteArrayOutputStream header(boolean mask, int length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 14);
    int maskBit = mask ? 0x80 : 0;
    out.write(firstByte());
    if (length < 126) {
      out.write(maskBit | length);
    } else if (length <= 0xFFFF) {
      out.write(maskBit | 126);
      out.write(length >> 8);
      out.write(length);
    } else {
      out.write(maskBit | 127);
      out.writeBytes(new byte[4]);
      for (int shift = 24; shift >= 0; shift -= 8) {
        out.write(length >>> shift);
      }
    }
    return out;
  }

  private int firstByte() {
    return (fin ? 0x80 : 0) | rsv << 4 | opcode;
  }
}
