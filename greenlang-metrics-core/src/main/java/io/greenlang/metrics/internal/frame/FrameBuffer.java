package io.greenlang.metrics.internal.frame;

import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.internal.util.VarInt;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * A growable byte buffer for building frames. Clearing it keeps its capacity, so a reused buffer
 * produces no garbage. Used by one thread at a time.
 */
public final class FrameBuffer {

  private static final int FIN = 0x80;

  private byte[] bytes = new byte[512];
  private ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN);
  private int length;

  /** Returns the number of bytes. */
  public int length() {
    return length;
  }

  /** Removes all bytes. */
  public void clear() {
    length = 0;
  }

  /** Appends the lowest eight bits of {@code b}. */
  public void put(int b) {
    ensure(1);
    bytes[length++] = (byte) b;
  }

  /** Appends all of {@code source}. */
  public void put(byte[] source) {
    put(source, 0, source.length);
  }

  /** Appends {@code count} bytes of {@code source}. */
  public void put(byte[] source, int from, int count) {
    ensure(count);
    System.arraycopy(source, from, bytes, length, count);
    length += count;
  }

  /** Appends {@code count} bytes of another buffer. */
  public void put(FrameBuffer source, int from, int count) {
    put(source.bytes, from, count);
  }

  /** Appends text that contains only ASCII characters, such as a number. */
  public void putAscii(String text) {
    int count = text.length();
    ensure(count);
    for (int i = 0; i < count; i++) {
      bytes[length + i] = (byte) text.charAt(i);
    }
    length += count;
  }

  /** Appends a short, big-endian. */
  public void putShort(int value) {
    ensure(Short.BYTES);
    view.putShort(length, (short) value);
    length += Short.BYTES;
  }

  /** Appends an int, big-endian. */
  public void putInt(int value) {
    ensure(Integer.BYTES);
    view.putInt(length, value);
    length += Integer.BYTES;
  }

  /** Appends a long, big-endian. */
  public void putLong(long value) {
    ensure(Long.BYTES);
    view.putLong(length, value);
    length += Long.BYTES;
  }

  /** Appends a double, big-endian IEEE 754. */
  public void putDouble(double value) {
    putLong(Double.doubleToRawLongBits(value));
  }

  /** Appends a number as a {@link VarInt}. */
  public void putVarInt(long number) {
    ensure(VarInt.MAX_BYTES);
    length = VarInt.write(number, bytes, length);
  }

  /** Appends a number that may be negative, as {@link #putVarInt} of its zigzag form. */
  public void putSignedVarInt(long number) {
    putVarInt(VarInt.zigzag(number));
  }

  /**
   * Appends the header of a final, unmasked WebSocket frame (RFC 6455, section 5.2). A server does
   * not mask, so all clients of a feed can share the same bytes.
   *
   * @param opcode 1 for text, 2 for binary, 8 to 10 for control frames
   * @param payloadLength the number of payload bytes that follow
   */
  public void putFrameHeader(int opcode, int payloadLength) {
    put(FIN | opcode);
    if (payloadLength < 126) {
      put(payloadLength);
    } else if (payloadLength <= 0xFFFF) {
      put(126);
      putShort(payloadLength);
    } else {
      put(127);
      putLong(payloadLength);
    }
  }

  /** Returns the byte at {@code index}, as a number from 0 to 255. */
  public int get(int index) {
    return Byte.toUnsignedInt(bytes[Objects.checkIndex(index, length)]);
  }

  /** Returns a copy of the bytes. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  /** Returns a copy of the bytes as frames for a single receiver. The caller owns the reference. */
  public SharedFrames toSharedFrames() {
    return new SharedFrames(ByteBuffer.wrap(toByteArray()), null);
  }

  /** Copies the bytes to {@code target} at an absolute index. */
  void copyTo(ByteBuffer target, int index) {
    target.put(index, bytes, 0, length);
  }

  private void ensure(int more) {
    int needed = Math.addExact(length, more);
    if (needed > bytes.length) {
      byte[] grown = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
      view = ByteBuffer.wrap(grown).order(ByteOrder.BIG_ENDIAN);
      bytes = grown; // last: after a failure, both are the same memory
    }
  }
}
