package io.greenlang.metrics.netty.internal.io;

import io.greenlang.metrics.netty.internal.socket.CopyBuffer;
import io.netty.channel.unix.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The copies of heap memory that one I/O thread sends in one wake-up, one after the other in its
 * {@link CopyBuffer}. Feeds use the heap while direct memory is refused. The kernel does not wait
 * for full sockets in these sends, so all copies are soon free again; sockets that find no space
 * wait for that. Confined to the I/O thread.
 */
final class CopyArena {

  private final ArrayDeque<RingSocket> waiting = new ArrayDeque<>();
  private int position;
  private int users;

  /**
   * Copies the first pieces as far as they are on the heap and fit.
   *
   * @return the number of bytes; 0 if no space is left
   */
  int copy(PieceQueue pieces) {
    ByteBuffer memory = CopyBuffer.ofThread();
    if (memory == null) {
      return 0;
    }
    int start = position;
    for (int i = 0; i < pieces.count() && pieces.isHeap(i); i++) {
      int length = Math.min(pieces.length(i), memory.capacity() - position);
      memory.put(position, pieces.frames(i).bytes(), pieces.start(i), length);
      position += length;
    }
    users += position > start ? 1 : 0;
    return position - start;
  }

  /** Returns the address of the copy that {@link #copy} made last. */
  long address(int length) {
    ByteBuffer memory = CopyBuffer.ofThread();
    return memory == null ? 0 : Buffer.memoryAddress(memory) + position - length;
  }

  /** Returns whether a copy is in use, so that {@link #release} will be called. */
  boolean isInUse() {
    return users > 0;
  }

  /** Adds a socket that finds no space. */
  void await(RingSocket socket) {
    waiting.add(socket);
  }

  /** Frees a copy; after the last one, each socket that waits queues again, once. */
  void release() {
    if (--users == 0) {
      position = 0;
      for (int count = waiting.size(); count > 0; count--) {
        waiting.remove().retry(); // which may submit other sockets, and let them wait again
      }
    }
  }
}
