package io.greenlang.metrics.benchmarks.fanout;

import java.nio.ByteBuffer;

/**
 * Read buffer that all subscribers share, as a byte array for the parser and as a view for
 * channels. The parser examines every byte, which is faster in an array than through a buffer.
 */
public final class ReadBuffer {

  /** The size of the buffer. A frame must not be longer than half of it. */
  static final int BYTES = 1 << 18;

  /** The bytes that were read. */
  public final byte[] bytes = new byte[BYTES];

  /** A view of the same bytes, for channels to read into. */
  public final ByteBuffer view = ByteBuffer.wrap(bytes);
}
