package io.greenlang.metrics.websocket.internal.sse;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.internal.frame.FrameReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A reader of the frames that the server writes: WebSocket frames whose payload is JSON from {@code
 * JsonFrameEncoder} or {@code ServerMessage}. It reads the few bytes that an event needs and does
 * not parse the rest. It moves over the frames of a buffer. Used by one thread at a time.
 */
final class JsonFrame {

  /** Stands for a message without an offset. */
  static final long NO_OFFSET = -1;

  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

  private static final byte[] TYPE = ascii("{\"type\":\"");
  private static final byte[] OFFSET = ascii("\"offset\":");
  private static final byte[] REPLAYED = ascii(",\"replayed\":true");

  private final FrameReader reader = new FrameReader();
  private ByteBuffer bytes = NO_BYTES;

  /** Moves to the frame that begins at an index. */
  void moveTo(ByteBuffer frames, int index) {
    bytes = frames;
    reader.moveTo(frames, index);
  }

  /** Returns whether the frame carries a message, and is not a WebSocket ping. */
  boolean isMessage() {
    return reader.opcode() == Encoding.JSON.opcode();
  }

  /** Returns where the payload begins. */
  int payload() {
    return reader.payloadStart();
  }

  /** Returns where the payload ends, exclusive. */
  int end() {
    return reader.end();
  }

  /** Returns the type of a message that begins with it; empty for a metric or a snapshot. */
  String type() {
    if (!startsWith(TYPE)) {
      return "";
    }
    int start = payload() + TYPE.length;
    int close = start;
    while (bytes.get(close) != '"') {
      close++;
    }
    byte[] type = new byte[close - start];
    bytes.get(start, type);
    return new String(type, StandardCharsets.US_ASCII);
  }

  /** Returns the offset at the end of a metric message, or {@link #NO_OFFSET}. */
  long offset() {
    return offsetBefore(bytes, end());
  }

  /** Returns the offset of the metric message that ends at an index, or {@link #NO_OFFSET}. */
  static long offsetBefore(ByteBuffer frames, int end) {
    int last = end - 2; // before the closing brace
    if (endsWith(frames, last, REPLAYED)) {
      last -= REPLAYED.length;
    }
    long value = 0;
    long factor = 1;
    int index = last;
    while (index > 0 && frames.get(index) >= '0' && frames.get(index) <= '9') {
      value += factor * (frames.get(index--) - '0');
      factor *= 10;
    }
    return index < last && endsWith(frames, index, OFFSET) ? value : NO_OFFSET;
  }

  /** Returns whether a text follows the beginning of the message: {@code skipped} bytes. */
  boolean hasAt(int skipped, byte[] text) {
    int start = payload() + skipped;
    if (start + text.length > end()) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (bytes.get(start + i) != text[i]) {
        return false;
      }
    }
    return true;
  }

  /** Returns a copy of the payload. */
  byte[] copy() {
    byte[] copy = new byte[end() - payload()];
    bytes.get(payload(), copy);
    return copy;
  }

  private boolean startsWith(byte[] text) {
    return hasAt(0, text);
  }

  private static boolean endsWith(ByteBuffer frames, int last, byte[] text) {
    int start = last - text.length + 1;
    if (start < 0) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (frames.get(start + i) != text[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
