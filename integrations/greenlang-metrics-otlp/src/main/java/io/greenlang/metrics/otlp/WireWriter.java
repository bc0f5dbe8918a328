package io.greenlang.metrics.otlp;

import io.greenlang.metrics.internal.util.VarInt;
import java.io.ByteArrayOutputStream;

/** A writer of numbers and texts in the wire format of Protocol Buffers. */
final class WireWriter {

  private WireWriter() {}

  static void writeVarint(ByteArrayOutputStream out, long value) {
    VarInt.write(value, out);
  }

  static void writeZigzag(ByteArrayOutputStream out, int value) {
    VarInt.writeSigned(value, out);
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
