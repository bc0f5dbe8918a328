package io.greenlang.metrics.netty.internal.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The encryption of a connection's outbound frames, past the queue of Netty's handler. The engine
 * reads the memory that connections share, and writes records into a buffer of the I/O thread:
 * nothing is copied before the encryption, and nothing is allocated for it. Netty's handler would
 * take a buffer of 16 KiB for each record, however short.
 *
 * <p>Netty's handler uses the same engine on the same thread, and sends each record at once, so the
 * records of both stay in their order. The connection's I/O thread owns it.
 */
public final class TlsOutput {

  /** The length of three records. */
  private static final int BYTES = 65_536;

  /** On the heap, where the JDK's ciphers work in place. */
  private static final FastThreadLocal<ByteBuffer> buffers =
      new FastThreadLocal<>() {
        @Override
        protected ByteBuffer initialValue() {
          return ByteBuffer.allocate(BYTES);
        }
      };

  private final SSLEngine engine;
  private final int maxRecordBytes;

  private TlsOutput(SSLEngine engine) {
    this.engine = engine;
    this.maxRecordBytes = engine.getSession().getPacketBufferSize();
  }

  /** Returns the encryption of a connection after its handshake; null if it is plain. */
  public static @Nullable TlsOutput of(Channel channel) {
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    return handler == null ? null : new TlsOutput(handler.engine());
  }

  /**
   * Encrypts bytes, as many as fit into the buffer of the thread, and moves the position of {@code
   * plain} past them.
   *
   * @return the records, which are valid until the thread's next call
   * @throws SSLException if the connection is closed, or the client renegotiates
   */
  public ByteBuffer encrypt(ByteBuffer plain) throws SSLException {
    ByteBuffer records = buffers.get().clear();
    while (plain.hasRemaining() && records.remaining() >= maxRecordBytes) {
      SSLEngineResult result = engine.wrap(plain, records);
      if (result.getStatus() != SSLEngineResult.Status.OK || result.bytesProduced() == 0) {
        throw new SSLException(
            "TLS cannot send: " + result.getStatus() + ", " + result.getHandshakeStatus());
      }
    }
    return records.flip();
  }
}
