package io.greenlang.metrics.history;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Successive packed aggregates of a series. One that is as long as the one before differs from it
 * in few bytes, so a mask says in which, and only those follow; any other stands as it is. Nothing
 * is known here about what the bytes mean: a host's own aggregates are kept as well as ours.
 */
final class PackedCode {

  private byte[] previous = new byte[0];

  void write(byte[] packed, ByteArrayOutputStream out) {
    VarInt.write(packed.length, out);
    if (packed.length == previous.length) {
      writeDifference(packed, out);
    } else {
      out.write(packed, 0, packed.length);
    }
    previous = packed;
  }

  byte[] read(ByteBuffer in) {
    byte[] packed = new byte[(int) VarInt.read(in)];
    if (packed.length == previous.length) {
      readDifference(packed, in);
    } else {
      in.get(packed);
    }
    previous = packed;
    return packed;
  }

  private void writeDifference(byte[] packed, ByteArrayOutputStream out) {
    for (int from = 0; from < packed.length; from += 8) {
      int to = Math.min(packed.length, from + 8);
      int mask = 0;
      for (int i = from; i < to; i++) {
        mask |= packed[i] == previous[i] ? 0 : 1 << (i - from);
      }
      out.write(mask);
      for (int i = from; i < to; i++) {
        if (packed[i] != previous[i]) {
          out.write(packed[i]);
        }
      }
    }
  }

  private void readDifference(byte[] packed, ByteBuffer in) {
    int mask = 0;
    for (int i = 0; i < packed.length; i++) {
      if (i % 8 == 0) {
        mask = in.get();
      }
      packed[i] = (mask & (1 << (i % 8))) == 0 ? previous[i] : in.get();
    }
  }
}
