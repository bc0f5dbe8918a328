package io.greenlang.metrics.netty;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * An aggregator that joins the fragments of a message. It copies them, so a message takes its own
 * bytes and not the buffers that it arrived in: 131,000 fragments of one byte take 128 KiB, not
 * gigabytes.
 */
final class FragmentAggregator {

  private static final byte[] EMPTY = new byte[0];

  private final int maxBytes;
  private byte[] bytes = EMPTY;
  private int length;

  FragmentAggregator(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Adds a fragment. Returns false if the message would exceed its maximum length. */
  boolean add(ByteBuf fragment) {
    int fragmentBytes = fragment.readableBytes();
    if (fragmentBytes > maxBytes - length) {
      return false;
    }
    if (length + fragmentBytes > bytes.length) {
      int capacity = length == 0 ? fragmentBytes : Math.min(maxBytes, 2 * (length + fragmentBytes));
      bytes = Arrays.copyOf(bytes, capacity);
    }
    fragment.readBytes(bytes, length, fragmentBytes);
    length += fragmentBytes;
    return true;
  }

  /** Returns the whole message, and starts the next one. */
  byte[] poll() {
    byte[] message = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    bytes = EMPTY;
    length = 0;
    return message;
  }
}
