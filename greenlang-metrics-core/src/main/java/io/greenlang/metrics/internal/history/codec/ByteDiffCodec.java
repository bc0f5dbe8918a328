package io.greenlang.metrics.internal.history.codec;

import io.greenlang.metrics.internal.util.VarInt;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * A codec for successive packed aggregates of a series. If two successive aggregates have the same
 * length, they differ in few bytes: a bit mask marks those bytes, and only they are stored.
 * Otherwise the aggregate is stored as it is. The codec does not interpret the bytes, so it handles
 * the application's aggregates as well as ours.
 */
public final class ByteDiffCodec {

  private byte[] previous = new byte[0];

  /** Writes the next aggregate. {@link #advance} follows if its bytes are kept. */
  public void write(byte[] packed, ByteArrayOutputStream output) {
    VarInt.write(packed.length, output);
    if (packed.length == previous.length) {
      writeDifference(packed, output);
    } else {
      output.write(packed, 0, packed.length);
    }
  }

  /** Records that an aggregate was written. */
  public void advance(byte[] written) {
    previous = written;
  }

  /** Reads the next aggregate. */
  public byte[] read(ByteBuffer input) {
    byte[] packed = new byte[(int) VarInt.read(input)];
    if (packed.length == previous.length) {
      readDifference(packed, input);
    } else {
      input.get(packed);
    }
    previous = packed;
    return packed;
  }

  private void writeDifference(byte[] packed, ByteArrayOutputStream output) {
    for (int from = 0; from < packed.length; from += 8) {
      int to = Math.min(packed.length, from + 8);
      int mask = 0;
      for (int i = from; i < to; i++) {
        mask |= packed[i] == previous[i] ? 0 : 1 << (i - from);
      }
      output.write(mask);
      for (int i = from; i < to; i++) {
        if (packed[i] != previous[i]) {
          output.write(packed[i]);
        }
      }
    }
  }

  private void readDifference(byte[] packed, ByteBuffer input) {
    int mask = 0;
    for (int i = 0; i < packed.length; i++) {
      if (i % 8 == 0) {
        mask = input.get();
      }
      packed[i] = (mask & (1 << (i % 8))) == 0 ? previous[i] : input.get();
    }
  }
}
