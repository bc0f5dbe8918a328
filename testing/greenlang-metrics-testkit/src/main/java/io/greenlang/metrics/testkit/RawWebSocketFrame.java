package io.greenlang.metrics.testkit;

import io.greenlang.metrics.feed.Encoding;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One WebSocket frame, as it is on the wire and not as it should be: a test may make any it likes.
 *
 * @param fin whether it is the last of its message
 * @param rsv the three reserved bits
 * @param opcode 0 to 15
 * @param payload without the mask
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record RawWebSocketFrame(boolean fin, int rsv, int opcode, byte[] payload) {

  /** The opcodes of RFC 6455, section 5.2. */
  public static final int CONTINUATION = 0;

  /** Text. */
  public static final int TEXT = 1;

  /** Binary. */
  public static final int BINARY = 2;

  /** Close. */
  public static final int CLOSE = 8;

  /** Ping. */
  public static final int PING = 9;

  /** Pong. */
  public static final int PONG = 10;

  private static final int MASK = 0x5AA5C33C;

  /** A whole message of text. */
  public static RawWebSocketFrame text(String text) {
    return of(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A whole binary message. */
  public static RawWebSocketFrame binary(byte[] bytes) {
    return of(BINARY, bytes);
  }

  /** A whole message, or a control frame. */
  public static RawWebSocketFrame of(int opcode, byte[] payload) {
    return new RawWebSocketFrame(true, 0, opcode, payload);
  }

  /** A close frame. */
  public static RawWebSocketFrame close(int code) {
    return of(CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
  }

  /** The same with more to come. */
  public RawWebSocketFrame unfinished() {
    return new RawWebSocketFrame(false, rsv, opcode, payload);
  }

  /** The same with these reserved bits. */
  public RawWebSocketFrame withRsv(int bits) {
    return new RawWebSocketFrame(fin, bits, opcode, payload);
  }

  /** The code of a close frame; 1005 if it has none. */
  public int closeCode() {
    return payload.length < 2 ? 1005 : (payload[0] & 0xFF) << 8 | (payload[1] & 0xFF);
  }

  /** The payload as text. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** The message that the server sent in this frame. */
  public TransportMessage message() {
    return TransportMessage.read(opcode == TEXT ? Encoding.JSON : Encoding.MESSAGEPACK, payload);
  }

  /** What a client sends: masked. */
  public byte[] masked() {
    ByteArrayOutputStream out = header(true, payload.length);
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write(MASK >>> shift);
    }
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ (MASK >>> (24 - 8 * (i % 4))));
    }
    return out.toByteArray();
  }

  /** What a client must not send. */
  public byte[] unmasked() {
    ByteArrayOutputStream out = header(false, payload.length);
    out.writeBytes(payload);
    return out.toByteArray();
  }

  /** A header that claims a length in eight bytes, with nothing behind it but the mask. */
  public byte[] claiming(long length) {
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
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 14);
    int bit = mask ? 0x80 : 0;
    out.write(firstByte());
    if (length < 126) {
      out.write(bit | length);
    } else if (length <= 0xFFFF) {
      out.write(bit | 126);
      out.write(length >> 8);
      out.write(length);
    } else {
      out.write(bit | 127);
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
