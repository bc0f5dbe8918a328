package io.greenlang.metrics.netty;

import io.greenlang.metrics.feed.FrameBuffer;
import io.greenlang.metrics.feed.Frames;
import io.greenlang.metrics.websocket.transport.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket on a Netty channel. Frames arrive with their headers, ready for the socket, so they
 * are written past the frame encoder: to the socket itself where that is possible, else at the head
 * of the pipeline.
 */
final class NettyConnection implements Connection {

  private static final Logger log = LoggerFactory.getLogger(NettyConnection.class);
  private static final int CLOSE_OPCODE = 0x8;
  private static final byte[] EMPTY_CLOSE_FRAME = {(byte) 0x88, 0};

  private final Channel channel;
  private final String peer;
  private final NettyLimits limits;

  /** The socket itself, where the transport is native. */
  private final @Nullable FileDescriptor socket;

  private boolean closing;

  NettyConnection(Channel channel, NettyLimits limits) {
    this.channel = channel;
    this.limits = limits;
    this.peer = label(channel.remoteAddress());
    this.socket = channel instanceof UnixChannel unix ? unix.fd() : null;
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
    return channel.isWritable() && !closing;
  }

  @Override
  public void write(Frames frames, int from, int to, int count) {
    if (closing) {
      frames.release();
      return;
    }
    int left = from + writeNow(frames.bytes(), from, to);
    if (left == to) {
      frames.release();
    } else {
      queue(frames, left, to);
    }
  }

  /**
   * Writes to the socket without a detour, if nothing waits to be written before: no object is made
   * for it, and the shared memory goes to the kernel as it lies there.
   *
   * @return how many bytes the socket took
   */
  private int writeNow(ByteBuffer bytes, int from, int to) {
    // Without an outbound buffer the channel is closed: its number may be another socket's by now.
    boolean closed = channel.unsafe().outboundBuffer() == null;
    if (socket == null || closed || !bytes.isDirect() || unsentBytes() > 0) {
      return 0;
    }
    try {
      return socket.write(bytes, from, to);
    } catch (IOException e) {
      closing = true;
      channel.pipeline().fireExceptionCaught(e);
      return to - from; // nobody is there any more to miss it
    }
  }

  /** Leaves the rest to Netty, which goes on when the socket takes more. */
  private void queue(Frames frames, int from, int to) {
    ByteBuffer slice = frames.bytes().slice(from, to - from);
    if (slice.isDirect()) {
      writeAtHead(new SharedSlice(frames, slice));
    } else {
      writeAtHead(Unpooled.wrappedBuffer(slice));
      frames.release(); // heap memory is not pooled: it lives as long as the wrapper
    }
  }

  @Override
  public void flush() {
    if (unsentBytes() > 0) {
      channel.unsafe().flush();
    }
  }

  /**
   * A piece that has left in part counts in full with Netty: a megabyte may take a slow peer long.
   */
  @Override
  public long unsentBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
  }

  @Override
  public void close(int code, String reason) {
    try {
      channel.eventLoop().execute(() -> closeNow(code, reason));
    } catch (RejectedExecutionException e) {
      log.debug("the I/O thread has ended, and the connection with it");
    }
  }

  boolean isClosing() {
    return closing;
  }

  /**
   * The peer's close frame came, with this code or none (-1): it is answered in kind, unless it is
   * itself an answer, and nothing is left to say. On the I/O thread.
   */
  void closedByPeer(int code) {
    if (closing) {
      channel.close();
      return;
    }
    byte[] answer = code < 0 ? EMPTY_CLOSE_FRAME : closeFrame(code, "");
    sendLast(answer).addListener(ChannelFutureListener.CLOSE);
    // Behind what a peer does not take the answer never leaves, and nobody looks after us any more.
    HalfClose.cutAfter(channel, limits.close());
  }

  /**
   * Ends it because of what the peer sent: our side at once, so that nothing comes behind the close
   * frame and the peer need not answer. On the I/O thread.
   */
  void fail(int code, String reason) {
    if (!closing && channel.isActive()) {
      sendLast(closeFrame(code, reason)).addListener(HalfClose.INSTANCE);
      HalfClose.cutAfter(channel, limits.close());
    }
  }

  private void closeNow(int code, String reason) {
    if (!closing && channel.isActive()) {
      sendLast(closeFrame(code, reason));
      // The peer's own close frame ends it sooner. One that takes nothing would never send it.
      HalfClose.cutAfter(channel, limits.close());
    }
  }

  private ChannelFuture sendLast(byte[] closeFrame) {
    ChannelPromise sent = channel.newPromise();
    closing = true;
    channel.unsafe().write(Unpooled.wrappedBuffer(closeFrame), sent);
    flush();
    return sent;
  }

  static byte[] closeFrame(int code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
    FrameBuffer frame = new FrameBuffer();
    frame.putFrameHeader(CLOSE_OPCODE, Short.BYTES + text.length);
    frame.putShort(code);
    frame.put(text);
    return frame.toByteArray();
  }

  private void writeAtHead(ByteBuf bytes) {
    channel.unsafe().write(bytes, channel.voidPromise());
  }

  /** Where a connection comes from, in figures; null if it is not from a network. */
  static @Nullable String address(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress().getHostAddress()
        : null;
  }

  private static String label(SocketAddress address) {
    return address instanceof InetSocketAddress inet && inet.getAddress() != null
        ? Connection.label(inet.getAddress().getHostAddress(), inet.getPort())
        : String.valueOf(address);
  }
}
