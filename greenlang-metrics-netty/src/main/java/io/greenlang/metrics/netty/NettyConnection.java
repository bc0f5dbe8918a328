package io.greenlang.metrics.netty;

import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.netty.internal.connection.ChannelAddresses;
import io.greenlang.metrics.netty.internal.io.RingSocket;
import io.greenlang.metrics.netty.internal.socket.CopyBuffer;
import io.greenlang.metrics.netty.internal.socket.LingeringClose;
import io.greenlang.metrics.netty.internal.socket.SharedFramesBuffer;
import io.greenlang.metrics.netty.internal.socket.SharedFramesRegion;
import io.greenlang.metrics.netty.internal.tls.TlsOutput;
import io.greenlang.metrics.websocket.transport.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A WebSocket connection over a Netty channel. Frames arrive with their headers, ready for the
 * socket, so they bypass Netty's frame encoder. They are written directly to the socket where
 * possible, and otherwise at the head of the pipeline.
 */
final class NettyConnection implements Connection {

  private static final Logger log = LoggerFactory.getLogger(NettyConnection.class);
  private static final ThrottledLog failureLog = new ThrottledLog(log);

  /** The first byte of a close frame: FIN and opcode 8 (RFC 6455, section 5.2). */
  private static final byte FINAL_CLOSE = (byte) 0x88;

  /** The first byte of a pong: FIN and opcode 10. */
  private static final byte FINAL_PONG = (byte) 0x8A;

  private static final byte[] EMPTY_CLOSE_FRAME = {(byte) 0x88, 0};

  private final Channel channel;
  private final String peer;
  private final NettyTimeouts timeouts;

  /** The socket, if the I/O thread uses epoll; otherwise null. */
  private final @Nullable FileDescriptor socket;

  /** The encryption of frames; null if the connection is plain. */
  private final @Nullable TlsOutput tls;

  /** The output, if the I/O thread uses io_uring and the connection is plain; otherwise null. */
  private final @Nullable RingSocket ring;

  private boolean closing;

  NettyConnection(Channel channel, NettyTimeouts timeouts) {
    this.channel = channel;
    this.timeouts = timeouts;
    this.peer = ChannelAddresses.clientLabel(channel);
    this.socket = channel instanceof EpollSocketChannel epoll ? epoll.fd() : null;
    this.tls = TlsOutput.of(channel);
    this.ring = tls == null ? RingSocket.of(channel, this::fail) : null;
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public Executor ioThread() {
    return channel.eventLoop();
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable() && !closing && (ring == null || ring.isWritable());
  }

  @Override
  public void write(SharedFrames frames, int from, int to, int count) {
    if (closing) {
      frames.release();
      return;
    }
    if (ring != null) {
      ring.write(frames, from, to);
      return;
    }
    if (tls != null) {
      writeEncrypted(tls, frames.bytes().slice(from, to - from));
      frames.release();
      return;
    }
    int nextByte = from + writeNow(frames.bytes(), from, to);
    if (nextByte == to) {
      frames.release();
    } else {
      queue(frames, nextByte, to);
    }
  }

  /** Encrypts adjacent frames together, into as few records as possible. */
  private void writeEncrypted(TlsOutput output, ByteBuffer plain) {
    try {
      while (plain.hasRemaining()) {
        ByteBuffer records = output.encrypt(plain);
        int sent = writeNow(records, 0, records.limit());
        if (sent < records.limit()) {
          copyAtHead(Unpooled.copiedBuffer(records.position(sent)));
        }
      }
    } catch (SSLException e) {
      fail(e);
    }
  }

  /**
   * Writes directly to the socket if no earlier data is pending. This allocates nothing, and the
   * kernel reads shared direct memory in place. Heap memory is copied through a buffer of the I/O
   * thread: feeds use the heap while direct memory is refused, and so would Netty's copy be.
   *
   * @return the number of bytes that the socket accepted
   */
  private int writeNow(ByteBuffer bytes, int from, int to) {
    // Without an outbound buffer the channel is closed, and its file descriptor may already belong
    // to another socket.
    boolean closed = channel.unsafe().outboundBuffer() == null;
    if (socket == null || closed || unsentBytes() > 0) {
      return 0;
    }
    try {
      return bytes.isDirect()
          ? socket.write(bytes, from, to)
          : writeCopied(socket, bytes, from, to);
    } catch (IOException e) {
      fail(e);
      return to - from; // the peer is gone, so treat the bytes as sent
    }
  }

  private void fail(IOException e) {
    closing = true;
    channel.pipeline().fireExceptionCaught(e);
  }

  private static int writeCopied(FileDescriptor socket, ByteBuffer bytes, int from, int to)
      throws IOException {
    ByteBuffer copy = CopyBuffer.ofThread();
    if (copy == null) {
      return 0;
    }
    int written = 0;
    boolean accepted = true;
    while (accepted && from + written < to) {
      int length = Math.min(copy.capacity(), to - from - written);
      copy.put(0, bytes, from + written, length);
      int count = socket.write(copy, 0, length);
      written += count;
      accepted = count == length;
    }
    return written;
  }

  /** Queues the remaining bytes in Netty, which continues when the socket accepts more. */
  private void queue(SharedFrames frames, int from, int to) {
    ByteBuffer bytes = frames.bytes();
    Object queued =
        bytes.isDirect()
            ? new SharedFramesBuffer(frames, bytes.slice(from, to - from))
            : new SharedFramesRegion(frames, from, to);
    channel.unsafe().write(queued, channel.voidPromise());
  }

  @Override
  public void flush() {
    if (ring != null) {
      ring.flush();
    } else if (unsentBytes() > 0) {
      channel.unsafe().flush();
    }
  }

  /**
   * Returns the number of bytes that are queued in Netty or in the ring. A partly written buffer
   * counts without the bytes that were already sent, because a slow peer may take long for a
   * megabyte.
   */
  @Override
  public long unsentBytes() {
    if (ring != null) {
      return ring.unsentBytes();
    }
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
  }

  @Override
  public void close(int code, String reason) {
    try {
      channel.eventLoop().execute(() -> closeNow(code, reason));
    } catch (RejectedExecutionException e) {
      log.debug("The I/O thread has terminated, which closed the connection");
    }
  }

  boolean isClosing() {
    return closing;
  }

  /**
   * Replies to a ping. A peer that floods the connection with pings and does not read gets only as
   * many pongs as its socket accepts, and a bounded queue. Runs on the I/O thread.
   */
  void sendPong(ByteBuf payload) {
    if (ring == null ? !isWritable() : closing || !ring.acceptsPong()) {
      return;
    }
    byte[] frame = new byte[2 + payload.readableBytes()];
    frame[0] = FINAL_PONG;
    frame[1] = (byte) payload.readableBytes(); // at most 125 (RFC 6455, section 5.5)
    payload.getBytes(payload.readerIndex(), frame, 2, payload.readableBytes());
    write(new SharedFrames(ByteBuffer.wrap(frame), null), 0, frame.length, 1);
    flush();
  }

  /**
   * Handles the peer's close frame. Replies with a close frame, unless this one is itself the reply
   * to ours, and closes the connection. Runs on the I/O thread.
   *
   * @param code the close code; -1 if there is none
   */
  void onPeerClose(int code) {
    if (closing) {
      channel.close();
      return;
    }
    byte[] reply = code < 0 ? EMPTY_CLOSE_FRAME : closeFrame(code, "");
    sendLast(reply).addListener(ChannelFutureListener.CLOSE);
    // A peer that does not read would block the reply forever, and nothing else watches this
    // connection any more.
    LingeringClose.closeAfter(channel, timeouts.closeTimeout());
  }

  /**
   * Closes the connection because of an error in the peer's data. Our side closes at once, so
   * nothing follows the close frame and the peer need not reply. Runs on the I/O thread.
   */
  void closeWithError(int code, String reason) {
    if (!closing && channel.isActive()) {
      sendLast(closeFrame(code, reason)).addListener(LingeringClose.INSTANCE);
      LingeringClose.closeAfter(channel, timeouts.closeTimeout());
    }
  }

  private void closeNow(int code, String reason) {
    if (!closing && channel.isActive()) {
      sendLast(closeFrame(code, reason));
      // Normally the peer's close frame ends the connection. A peer that does not read would never
      // send one.
      LingeringClose.closeAfter(channel, timeouts.closeTimeout());
    }
  }

  private ChannelFuture sendLast(byte[] closeFrame) {
    closing = true;
    if (ring != null) {
      return ring.writeLast(closeFrame);
    }
    ChannelPromise sent = channel.newPromise();
    ByteBuffer bytes = ByteBuffer.wrap(closeFrame);
    try {
      ByteBuffer output = tls == null ? bytes : tls.encrypt(bytes);
      channel.unsafe().write(Unpooled.copiedBuffer(output), sent);
      flush();
    } catch (SSLException e) {
      sent.setFailure(e);
    }
    return sent;
  }

  /** Returns a close frame; the reason must be ASCII, at most 123 bytes (RFC 6455, section 5.5). */
  static byte[] closeFrame(int code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(2 + Short.BYTES + text.length)
        .put(FINAL_CLOSE)
        .put((byte) (Short.BYTES + text.length))
        .putShort((short) code)
        .put(text)
        .array();
  }

  /**
   * Queues bytes that Netty copies into direct memory. If that is refused, the client would miss
   * them without notice, so the connection is closed. Netty reports no failure to a void promise.
   */
  private void copyAtHead(ByteBuf bytes) {
    ChannelPromise written = channel.newPromise();
    channel.unsafe().write(bytes, written);
    Throwable refused = written.cause();
    if (refused != null && channel.isActive()) {
      failureLog.error("Failed to queue frames for {}; closing the connection", peer, refused);
      closing = true;
      channel.close();
    }
  }
}
