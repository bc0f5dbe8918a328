package io.greenlang.metrics.redis.internal.archive;

import io.greenlang.metrics.redis.internal.support.MalformedDataException;
import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The compression of windows. It pays because the names and tags of thousands of series are
 * similar.
 */
final class WindowCompression {

  private static final int BUFFER = 8_192;

  private WindowCompression() {}

  /** Compresses. */
  static byte[] pack(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      deflater.setInput(bytes);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream(BUFFER);
      byte[] buffer = new byte[BUFFER];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  /**
   * Decompresses.
   *
   * @throws MalformedDataException if the bytes are not compressed, or decompress to more than
   *     {@code maxBytes}
   */
  static byte[] unpack(byte[] packed, int maxBytes) throws MalformedDataException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed);
      return inflate(inflater, maxBytes);
    } catch (DataFormatException e) {
      throw new MalformedDataException("bytes are not compressed", e);
    } finally {
      inflater.end();
    }
  }

  private static byte[] inflate(Inflater inflater, int maxBytes)
      throws DataFormatException, MalformedDataException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(BUFFER);
    byte[] buffer = new byte[BUFFER];
    while (!inflater.finished()) {
      int read = inflater.inflate(buffer);
      if (read == 0 && !inflater.finished()) {
        throw new MalformedDataException("compressed bytes end too soon");
      }
      if (out.size() + read > maxBytes) {
        throw new MalformedDataException("compressed bytes expand to more than " + maxBytes);
      }
      out.write(buffer, 0, read);
    }
    return out.toByteArray();
  }
}
