package io.greenlang.metrics.netty.internal.sse;

import io.greenlang.metrics.netty.internal.socket.CopyBuffer;
import io.greenlang.metrics.websocket.transport.EventParts;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A writer of the parts of events to a native socket, in one system call and without an allocation.
 * Short parts are copied to the buffer of the I/O thread. Of long ones, only the texts are copied,
 * and the list of all pieces follows them: the kernel reads the payloads from the memory that the
 * clients of a feed share.
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
    ByteBuffer copy = CopyBuffer.ofThread();
    if (copy == null || Buffer.addressSize() != Long.BYTES) {
      return 0;
    }
    boolean fits = parts.bytes() <= copy.capacity();
    if (payloads.isDirect() && !(fits && parts.bytes() <= SHORT_PART_BYTES * parts.count())) {
      return gather(socket, payloads, parts, copy);
    }
    return fits ? copyAll(socket, payloads, parts, copy) : 0;
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

  /** Writes short parts, or payloads of the heap, which the kernel cannot read. */
  private static int copyAll(
      FileDescriptor socket, ByteBuffer payloads, EventParts parts, ByteBuffer copy)
      throws IOException {
    parts.copyTo(copy, payloads);
    return socket.write(copy, 0, parts.bytes());
  }
}
