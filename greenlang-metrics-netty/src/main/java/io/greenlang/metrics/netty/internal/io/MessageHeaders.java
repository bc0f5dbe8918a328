package io.greenlang.metrics.netty.internal.io;

import io.netty.channel.unix.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Native message headers, one per connection of an I/O thread: {@code struct msghdr} of sendmsg(2)
 * with its pieces, {@code struct iovec}. A header has a fixed address, so that one operation object
 * serves all sends of a connection. A header takes 128 bytes. Headers of closed connections are
 * used again. Confined to the I/O thread.
 */
final class MessageHeaders {

  /** The number of pieces of memory that one send gathers. */
  static final int MAX_PIECES = 4;

  /** The kernel's layout on 64-bit machines; Netty has no io_uring for others. */
  private static final int VECTOR_POINTER = 16;

  private static final int VECTOR_LENGTH = 24;
  private static final int VECTOR = 64;
  private static final int PIECE_BYTES = 16;
  private static final int HEADER_BYTES = VECTOR + MAX_PIECES * PIECE_BYTES;
  private static final int SLAB_HEADERS = 64;

  private final List<ByteBuffer> slabs = new ArrayList<>();

  /** Returns the address of a header; allocates its slab of 64 headers with the first of them. */
  long address(int slot) {
    while (slabs.size() <= slot / SLAB_HEADERS) {
      slabs.add(
          ByteBuffer.allocateDirect(SLAB_HEADERS * HEADER_BYTES).order(ByteOrder.nativeOrder()));
    }
    return Buffer.memoryAddress(slab(slot)) + offset(slot);
  }

  /** Sets the address and length of a piece. */
  void setPiece(int slot, int piece, long address, int length) {
    int offset = offset(slot) + VECTOR + piece * PIECE_BYTES;
    slab(slot).putLong(offset, address).putLong(offset + Long.BYTES, length);
  }

  /** Sets the number of pieces that the next send has. */
  void setPieces(int slot, int count) {
    int offset = offset(slot);
    slab(slot)
        .putLong(offset + VECTOR_POINTER, address(slot) + VECTOR)
        .putLong(offset + VECTOR_LENGTH, count);
  }

  private ByteBuffer slab(int slot) {
    return slabs.get(slot / SLAB_HEADERS);
  }

  private static int offset(int slot) {
    return slot % SLAB_HEADERS * HEADER_BYTES;
  }
}
