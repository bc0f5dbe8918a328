package io.greenlang.metrics.benchmarks;

import java.nio.ByteBuffer;

/**
 * The one buffer into which all subscribers read, as a channel and as a parser wants it. It is an
 * array because the parser looks at every byte, and that is faster there than through a buffer.
 */
final class ReadBuffer {

  /** Its size. No frame may be longer than half of it. */
  static final int BYTES = 1 << 18;

  /** What was read. */
  final byte[] bytes = new byte[BYTES];

  /** The same bytes, to read into. */
  final ByteBuffer view = ByteBuffer.wrap(bytes);
}
