package io.greenlang.metrics.netty.internal.socket;

import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A direct buffer of {@value #BYTES} bytes for each I/O thread, through which heap memory is
 * written to sockets. The threads allocate it when the transport starts, before direct memory can
 * be scarce.
 */
public final class CopyBuffer {

  /** A piece of a catch-up, so that it takes one system call. */
  private static final int BYTES = 65_536;

  private static final FastThreadLocal<ByteBuffer> buffers =
      new FastThreadLocal<>() {
        @Override
        protected ByteBuffer initialValue() {
          return ByteBuffer.allocateDirect(BYTES).order(ByteOrder.nativeOrder());
        }
      };

  private CopyBuffer() {}

  /** Returns the buffer of the current thread; null if direct memory is refused. */
  public static @Nullable ByteBuffer ofThread() {
    try {
      return buffers.get();
    } catch (OutOfMemoryError e) {
      return null; // the caller uses Netty's way, which reports the failure
    }
  }
}
