package io.greenlang.metrics.otlp;

import java.io.ByteArrayOutputStream;

/** A writer of numbers and texts in the wire format of Protocol Buffers. */
final class WireWriter {

  private static final int VARINT_BITS = 7;
  private static final int MORE = 0x80;

  private WireWriter() {}

  static void writeVarint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & -MORE) != 0) {
      out.write((int) rest | MORE);
      rest >>>= VARINT_BITS;
    }
    out.write((int) rest);
  }

  static void writeZigzag(ByteArrayOutputStream out, int value) {
    writeVarint(out, ((value << 1) ^ (value >> (Integer.SIZE - 1))) & 0xffffffffL);
  }

  /** Writes a field that has a length: a message, or a text in UTF-8. */
  static void writeBytes(ByteArrayOutputStream out, int key, byte[] bytes) {
    writeVarint(out, key);
    writeVarint(out, bytes.length);
    out.writeBytes(bytes);
  }

  static void writeFixed64(ByteArrayOutputStream out, long value) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      out.write((int) (value >>> shift));
    }
  }
}
