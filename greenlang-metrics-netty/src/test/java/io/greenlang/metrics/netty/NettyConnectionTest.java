package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.netty.internal.socket.SharedFramesRegion;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Accounting of a connection whose peer reads slowly. */
final class NettyConnectionTest {

  /** More than the sockets hold for a peer that reads nothing. */
  private static final int FRAME_BYTES = 16 << 20;

  private final MultiThreadIoEventLoopGroup threads =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  private Channel channel;
  private Socket peer;

  @BeforeEach
  void connect() throws IOException {
    try (ServerSocket listener = new ServerSocket()) {
      listener.setReceiveBufferSize(4096);
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      channel =
          new Bootstrap()
              .group(threads)
              .channel(NioSocketChannel.class)
              .option(ChannelOption.ALLOCATOR, allocator)
              .option(ChannelOption.MESSAGE_SIZE_ESTIMATOR, SharedFramesRegion.SIZES)
              .handler(new ChannelInboundHandlerAdapter())
              .connect(listener.getLocalSocketAddress())
              .syncUninterruptibly()
              .channel();
      peer = listener.accept();
    }
  }

  @AfterEach
  void disconnect() throws IOException {
    channel.close().syncUninterruptibly();
    peer.close();
    threads.shutdownGracefully().syncUninterruptibly();
  }

  /** A peer that reads a long frame piece by piece has not stalled, however long it takes. */
  @Test
  void unsentBytes_peerReadsPartOfFrame_decrease() throws IOException {
    NettyConnection connection = new NettyConnection(channel, NettyTimeouts.DEFAULT);
    onIoThread(
        () -> {
          FrameBuffer frame = new FrameBuffer();
          frame.put(new byte[FRAME_BYTES]);
          connection.write(frame.toSharedFrames(), 0, FRAME_BYTES, 1);
          connection.flush();
          return 0L;
        });
    long before = onIoThread(connection::unsentBytes);
    assertThat(before).as("the socket is full").isPositive();
    peer.getInputStream().readNBytes(FRAME_BYTES / 4);
    ResourceUsage.await(() -> onIoThread(connection::unsentBytes) < before);
    assertThat(onIoThread(connection::unsentBytes)).as("the remaining bytes").isPositive();
  }

  /** A thousand clients that do not read must not have a copy each. */
  @Test
  void frames_onHeapAndNotRead_takeNoDirectMemory() {
    NettyConnection connection = new NettyConnection(channel, NettyTimeouts.DEFAULT);
    long before = allocator.metric().usedDirectMemory();
    onIoThread(
        () -> {
          connection.write(
              new SharedFrames(ByteBuffer.allocate(FRAME_BYTES), null), 0, FRAME_BYTES, 1);
          connection.flush();
          return 0L;
        });
    assertThat(onIoThread(connection::unsentBytes)).as("the socket is full").isPositive();
    assertThat(allocator.metric().usedDirectMemory() - before).isLessThan(FRAME_BYTES / 4);
  }

  @Test
  void frames_onHeapAndReadLater_arriveInOrderAndAreReleased() throws IOException {
    NettyConnection connection = new NettyConnection(channel, NettyTimeouts.DEFAULT);
    byte[] sent = new byte[FRAME_BYTES];
    new Random(1).nextBytes(sent);
    CompletableFuture<ByteBuffer> released = new CompletableFuture<>();
    SharedFrames frames = new SharedFrames(ByteBuffer.wrap(sent), released::complete);
    onIoThread(
        () -> {
          int middle = FRAME_BYTES / 3;
          frames.retain();
          connection.write(frames, 0, middle, 1);
          connection.write(frames, middle, FRAME_BYTES, 1);
          connection.flush();
          return 0L;
        });
    assertThat(peer.getInputStream().readNBytes(FRAME_BYTES)).isEqualTo(sent);
    assertThat(released.join().array()).isSameAs(sent);
    ResourceUsage.await(() -> onIoThread(connection::unsentBytes) == 0);
  }

  private long onIoThread(Supplier<Long> action) {
    return CompletableFuture.supplyAsync(action, channel.eventLoop()).join();
  }
}
