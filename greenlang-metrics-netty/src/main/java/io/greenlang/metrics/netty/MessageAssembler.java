package io.greenlang.metrics.netty;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Puts the fragments of a message together. Copies them, so that a message costs its own bytes and
 * not the buffers that it came in: 131,000 fragments of one byte are 128 KiB, not gigabytes.
 */
final class MessageAssembler {

  private static final byte[] NOTHING = new byte[0];

  private final int maxBytes;
  private byte[] bytes = NOTHING;
  private int length;

  MessageAssembler(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Adds a fragment; false if the message is longer than it may be. */
  boolean add(ByteBuf fragment) {
    int more = fragment.readableBytes();
    if (more > maxBytes - length) {
      return false;
    }
    if (length + more > bytes.length) {
      int capacity = length == 0 ? more : Math.min(maxBytes, 2 * (length + more));
      bytes = Arrays.copyOf(bytes, capacity);
    }
    fragment.readBytes(bytes, length, more);
    length += more;
    return true;
  }

  /** The whole message; the next one begins. */
  byte[] take() {
    byte[] message = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    bytes = NOTHING;
    length = 0;
    return message;
  }
}
