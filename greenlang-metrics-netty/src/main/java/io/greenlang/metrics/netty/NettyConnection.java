package io.greenlang.metrics.netty;

import io.greenlang.metrics.feed.FrameBuffer;
import io.greenlang.metrics.feed.Frames;
import io.greenlang.metrics.websocket.transport.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
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

  /** How long the peer has to answer a close frame before the connection is cut. */
  private static final int CLOSE_SECONDS = 5;

  private final Channel channel;
  private final String peer;

  /** The socket itself, where the transport is native. */
  private final @Nullable FileDescriptor socket;

  private boolean closing;

  NettyConnection(Channel channel) {
    this.channel = channel;
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
    if (socket == null || !bytes.isDirect() || unsentBytes() > 0) {
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

  @Override
  public long unsentBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  @Override
  public void close(int code, String reason) {
    try {
      channel.eventLoop().execute(() -> closeNow(code, reason));
    } catch (RejectedExecutionException e) {
      log.debug("the I/O thread has ended, and the connection with it");
    }
  }

  /** The peer answered a close frame, or sent one: nothing is left to say. On the I/O thread. */
  void closeAfter(ByteBuf lastFrame) {
    closing = true;
    channel.writeAndFlush(lastFrame).addListener(ChannelFutureListener.CLOSE);
  }

  boolean isClosing() {
    return closing;
  }

  private void closeNow(int code, String reason) {
    if (closing || !channel.isActive()) {
      return;
    }
    writeAtHead(Unpooled.wrappedBuffer(closeFrame(code, reason)));
    flush();
    closing = true;
    // The peer's own close frame ends it sooner. One that takes nothing would never send it.
    channel.eventLoop().schedule(() -> channel.close(), CLOSE_SECONDS, TimeUnit.SECONDS);
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

  private static String label(SocketAddress address) {
    return address instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
        : String.valueOf(address);
  }
}
