package io.greenlang.metrics.internal.util;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * A variable-length encoding of integers: seven bits per byte, lowest bits first. A set high bit
 * marks that another byte follows.
 */
public final class VarInt {

  private VarInt() {}

  /** Appends a number; a negative one takes ten bytes. */
  public static void write(long number, ByteArrayOutputStream output) {
    long remaining = number;
    while ((remaining & ~0x7fL) != 0) {
      output.write((int) ((remaining & 0x7f) | 0x80));
      remaining >>>= 7;
    }
    output.write((int) remaining);
  }

  /** Appends a number that may be negative; numbers near zero take one byte. */
  public static void writeSigned(long number, ByteArrayOutputStream output) {
    write(number << 1 ^ number >> 63, output);
  }

  /**
   * Reads the result of {@link #writeSigned}.
   *
   * @throws java.nio.BufferUnderflowException if the input ends within the number
   * @throws IllegalArgumentException if the number has more than ten bytes
   */
  public static long readSigned(ByteBuffer input) {
    long number = read(input);
    return number >>> 1 ^ -(number & 1);
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
