package io.greenlang.metrics.netty.internal.sse;

import io.greenlang.metrics.netty.internal.socket.CopyBuffer;
import io.greenlang.metrics.websocket.transport.EventParts;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A writer of the parts of events to a native socket, in one system call and without an allocation.
 * Short parts are written from the copy that streams at the same position share. Of long ones, only
 * the texts are copied, and the list of all pieces follows them: the kernel reads the payloads from
 * the memory that the clients of a feed share.
 */
final class GatheringWriter {

  /** The address and the length of a piece: {@code struct iovec} of a 64-bit system. */
  private static final int PIECE_BYTES = 2 * Long.BYTES;

  /** The average length of a part up to which a copy costs less than two pieces in the kernel. */
  private static final int SHORT_PART_BYTES = 1024;

  private GatheringWriter() {}

  /**
   * Writes the parts.
   *
   * @param payloads the memory of the payloads
   * @return the number of bytes that the socket accepted; 0 if the system lacks what this needs
   * @throws IOException if the peer is gone
   */
  static int write(FileDescriptor socket, ByteBuffer payloads, EventParts parts)
      throws IOException {
    boolean isShort = parts.bytes() <= SHORT_PART_BYTES * parts.count();
    // The kernel cannot read payloads of the heap.
    ByteBuffer together = isShort || !payloads.isDirect() ? parts.copy(payloads) : null;
    if (together != null) {
      return socket.write(together, 0, parts.bytes());
    }
    ByteBuffer texts = CopyBuffer.ofThread();
    if (texts == null || !payloads.isDirect() || Buffer.addressSize() != Long.BYTES) {
      return 0;
    }
    return gather(socket, payloads, parts, texts);
  }

  private static int gather(
      FileDescriptor socket, ByteBuffer payloads, EventParts parts, ByteBuffer copy)
      throws IOException {
    copy.put(0, parts.text(), 0, parts.textLength());
    long texts = Buffer.memoryAddress(copy);
    long shared = Buffer.memoryAddress(payloads);
    int next = EventParts.MAX_TEXT_BYTES;
    for (int i = 0; i < parts.count(); i++) {
      next = put(copy, next, texts + parts.textStart(i), parts.textEnd(i) - parts.textStart(i));
      next = put(copy, next, shared + parts.from(i), parts.to(i) - parts.from(i));
    }
    int pieces = (next - EventParts.MAX_TEXT_BYTES) / PIECE_BYTES;
    return (int) socket.writevAddresses(texts + EventParts.MAX_TEXT_BYTES, pieces);
  }

  private static int put(ByteBuffer pieces, int index, long address, int length) {
    if (length == 0) {
      return index;
    }
    pieces.putLong(index, address).putLong(index + Long.BYTES, length);
    return index + PIECE_BYTES;
  }
}
