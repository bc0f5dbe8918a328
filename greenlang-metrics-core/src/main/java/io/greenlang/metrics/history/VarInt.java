package io.greenlang.metrics.history;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Whole numbers, seven bits a byte, the lowest first; a set high bit says that more follows. */
final class VarInt {

  private VarInt() {}

  static void write(long number, ByteArrayOutputStream out) {
    long rest = number;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  static long read(ByteBuffer in) {
    long number = 0;
    int shift = 0;
    byte next;
    do {
      next = in.get();
      number |= (next & 0x7fL) << shift;
      shift += 7;
    } while (next < 0);
    return number;
  }
}
