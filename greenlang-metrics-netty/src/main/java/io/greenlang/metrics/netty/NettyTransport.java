package io.greenlang.metrics.netty;

import io.greenlang.metrics.websocket.transport.Transport;
import io.greenlang.metrics.websocket.transport.TransportContext;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on a port of its own: native epoll on Linux, NIO elsewhere. As many I/O threads as there
 * are processors; they are not daemons, so a started server keeps its process alive.
 */
public final class NettyTransport implements Transport {

  private static final Logger log = LoggerFactory.getLogger(NettyTransport.class);

  /**
   * How many handshakes the kernel keeps waiting: a restarted server's clients all come at once.
   */
  private static final int BACKLOG = 4096;

  /**
   * A connection takes more only when all before has left: what waits stays in the feed, where it
   * is shared and can still be merged.
   */
  private static final WriteBufferWaterMark NOTHING_WAITS = new WriteBufferWaterMark(1, 2);

  private static final int STOP_SECONDS = 2;

  private final boolean epoll;
  private final NettyLimits limits;
  private @Nullable MultiThreadIoEventLoopGroup threads;
  private @Nullable Channel listener;
  private @Nullable ChannelGroup connections;

  /** A transport, not started. */
  public NettyTransport() {
    this(Epoll.isAvailable(), NettyLimits.DEFAULT);
  }

  NettyTransport(boolean epoll, NettyLimits limits) {
    this.epoll = epoll;
    this.limits = limits;
  }

  @Override
  public synchronized InetSocketAddress start(TransportContext context) throws IOException {
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    Class<? extends ServerChannel> channel =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    threads =
        new MultiThreadIoEventLoopGroup(
            Runtime.getRuntime().availableProcessors(),
            new DefaultThreadFactory("greenlang-io"),
            io);
    // Closes what is added after it was closed, too: a connection may be on its way to its thread.
    connections = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(threads)
            .channel(channel)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, NOTHING_WAITS)
            .childHandler(new ConnectionInitializer(context, connections, limits));
    ChannelFuture bound = bootstrap.bind(address(context)).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw cannotListen(context, String.valueOf(bound.cause().getMessage()), bound.cause());
    }
    listener = bound.channel();
    InetSocketAddress address = (InetSocketAddress) listener.localAddress();
    log.info("listening on {}:{} ({})", context.host(), address.getPort(), epoll ? "epoll" : "NIO");
    return address;
  }

  private static InetSocketAddress address(TransportContext context) throws IOException {
    InetSocketAddress address = new InetSocketAddress(context.host(), context.port());
    if (address.isUnresolved()) {
      throw cannotListen(context, "no such host", null);
    }
    return address;
  }

  private static IOException cannotListen(
      TransportContext context, String why, @Nullable Throwable cause) {
    // "Cannot assign requested address": the host is there, but it is not this one.
    boolean otherHost = cause == null || why.contains("assign");
    String advice =
        otherHost
            ? "name an address of this machine, or 0.0.0.0 for all, with WS_HOST or host(...)"
            : "stop what uses the port, or choose another with WS_PORT or port(...)";
    String where = context.host() + ":" + context.port();
    return new IOException("cannot listen on " + where + " (" + why + "): " + advice, cause);
  }

  @Override
  public synchronized void stopAccepting() {
    if (listener != null) {
      listener.close().awaitUninterruptibly();
      listener = null;
    }
  }

  @Override
  public synchronized void stop() {
    stopAccepting();
    if (connections != null) {
      // The threads' own end leaves connections open, and what they hold, if it comes in between.
      connections.close().awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
      connections = null;
    }
    if (threads != null) {
      threads.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
      threads = null;
    }
  }
}
