package io.greenlang.metrics.internal.util;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * A variable-length encoding of integers: seven bits per byte, lowest bits first. A set high bit
 * marks that another byte follows.
 */
public final class VarInt {

  /** The most bytes that a number takes: those of a negative one. */
  public static final int MAX_BYTES = 10;

  private VarInt() {}

  /**
   * Writes a number to an array that has {@link #MAX_BYTES} left, and returns the index after it.
   *
   * @param number the number; a negative one takes ten bytes
   */
  public static int write(long number, byte[] target, int index) {
    int end = index;
    long remaining = number;
    while ((remaining & ~0x7fL) != 0) {
      target[end++] = (byte) (remaining | 0x80);
      remaining >>>= 7;
    }
    target[end++] = (byte) remaining;
    return end;
  }

  /** Appends a number; a negative one takes ten bytes. */
  public static void write(long number, ByteArrayOutputStream output) {
    byte[] bytes = new byte[MAX_BYTES];
    output.write(bytes, 0, write(number, bytes, 0));
  }

  /** Appends a number that may be negative; numbers near zero take one byte. */
  public static void writeSigned(long number, ByteArrayOutputStream output) {
    write(zigzag(number), output);
  }

  /** Returns the form of a number in which numbers near zero, of either sign, take one byte. */
  public static long zigzag(long number) {
    return number << 1 ^ number >> 63;
  }

  /** Returns the number of a {@link #zigzag} form. */
  public static long fromZigzag(long zigzag) {
    return zigzag >>> 1 ^ -(zigzag & 1);
  }

  /**
   * Reads the result of {@link #writeSigned}.
   *
   * @throws java.nio.BufferUnderflowException if the input ends within the number
   * @throws IllegalArgumentException if the number has more than ten bytes
   */
  public static long readSigned(ByteBuffer input) {
    return fromZigzag(read(input));
  }

  /**
   * Reads a number.
   *
   * @throws java.nio.BufferUnderflowException if the input ends within the number
   * @throws IllegalArgumentException if the number has more than ten bytes
   */
  public static long read(ByteBuffer input) {
    long number = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = input.get();
      number |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw new IllegalArgumentException("a variable-length integer has more than ten bytes");
  }
}
