package io.greenlang.metrics.netty.internal.io;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.greenlang.metrics.frame.SharedFrames;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * A test of io_uring with one connection over the loopback interface. Some kernels and containers
 * let a process create a ring, but refuse operations that the server needs: to accept, read, send
 * and close.
 */
final class RingProbe {

  private static final byte[] REPLY = "io_uring".getBytes(US_ASCII);
  private static final int TIMEOUT_MILLIS = IoThreads.START_SECONDS * 1000;

  private RingProbe() {}

  /** A handler that sends the reply for each byte that it receives. */
  @Sharable
  private static final class ReplyHandler extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
      RingSocket socket = RingSocket.of(ctx.channel(), cause -> ctx.close());
      if (socket == null) {
        ctx.close();
        return;
      }
      ByteBuffer memory = ByteBuffer.allocateDirect(REPLY.length).put(0, REPLY);
      socket.write(new SharedFrames(memory, null), 0, REPLY.length);
      socket.flush();
    }
  }

  /**
   * Exchanges bytes over a connection.
   *
   * @throws IOException if that fails, or takes longer than the timeout
   */
  static void verify(EventLoopGroup group) throws IOException {
    Channel listener = listen(group);
    try (Socket client = new Socket()) {
      InetSocketAddress address = (InetSocketAddress) listener.localAddress();
      client.connect(address, TIMEOUT_MILLIS);
      client.setSoTimeout(TIMEOUT_MILLIS);
      client.getOutputStream().write(1);
      byte[] received = client.getInputStream().readNBytes(REPLY.length);
      if (!Arrays.equals(received, REPLY)) {
        throw new IOException("a test connection received " + received.length + " bytes");
      }
    } finally {
      listener.close().awaitUninterruptibly(TIMEOUT_MILLIS);
    }
  }

  private static Channel listen(EventLoopGroup group) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(group)
            .channel(IoUringServerSocketChannel.class)
            .childHandler(new ReplyHandler())
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    if (!bound.awaitUninterruptibly(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
      throw new IOException("a test socket did not listen within " + TIMEOUT_MILLIS + " ms");
    }
    if (!bound.isSuccess()) {
      throw new IOException(IoMethod.reason(bound.cause()), bound.cause());
    }
    return bound.channel();
  }
}
