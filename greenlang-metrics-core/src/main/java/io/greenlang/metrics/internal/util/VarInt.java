package io.greenlang.metrics.internal.util;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * A variable-length encoding of integers: seven bits per byte, lowest bits first. A set high bit
 * marks that another byte follows.
 */
public final class VarInt {

  private VarInt() {}

  public static void write(long number, ByteArrayOutputStream output) {
    long remaining = number;
    while ((remaining & ~0x7fL) != 0) {
      output.write((int) ((remaining & 0x7f) | 0x80));
      remaining >>>= 7;
    }
    output.write((int) remaining);
  }

  public static long read(ByteBuffer input) {
    long number = 0;
    int shift = 0;
    byte next;
    do {
      next = input.get();
      number |= (next & 0x7fL) << shift;
      shift += 7;
    } while (next < 0);
    return number;
  }
}
