package io.greenlang.metrics.netty;

import io.greenlang.metrics.netty.internal.io.IoThreads;
import io.greenlang.metrics.netty.internal.socket.SharedFramesRegion;
import io.greenlang.metrics.netty.internal.tls.TlsServer;
import io.greenlang.metrics.websocket.transport.Connection;
import io.greenlang.metrics.websocket.transport.StaticFiles;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import io.greenlang.metrics.websocket.transport.Transport;
import io.greenlang.metrics.websocket.transport.TransportContext;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport of the standalone server, which listens on its own port. It uses io_uring where the
 * kernel allows it, otherwise epoll on Linux and NIO elsewhere, with one I/O thread per processor.
 * The option {@code WS_IO} selects one of them. The threads are not daemons, so a started server
 * keeps its process alive.
 */
public final class NettyTransport implements Transport {

  private static final Logger log = LoggerFactory.getLogger(NettyTransport.class);

  /**
   * The number of TCP handshakes that the kernel may queue: after a restart all clients reconnect
   * at once.
   */
  private static final int BACKLOG = 4096;

  /**
   * Watermarks that make a connection accept more only after everything earlier has been sent.
   * Pending data stays in the feed, where it is shared and can still be merged.
   */
  private static final WriteBufferWaterMark NO_BUFFERING = new WriteBufferWaterMark(1, 2);

  /**
   * The sizes of a read. The largest bounds the requests that a client can send ahead, and what
   * {@link io.greenlang.metrics.netty.internal.socket.InputTurns} keeps of a connection. With
   * sixteen reads of 16 KiB, Netty's default, 50 clients that send frames of one byte delayed the
   * others by more than a second.
   */
  private static final RecvByteBufAllocator RECEIVE_BUFFERS =
      new AdaptiveRecvByteBufAllocator(512, 2048, 4 * 1024).maxMessagesPerRead(1);

  private static final int STOP_SECONDS = 2;

  private final NettyTimeouts timeouts;
  private final StaticFiles files;
  private @Nullable IoThreads threads;
  private @Nullable Channel listener;
  private @Nullable ChannelGroup connections;
  private @Nullable PendingConnections pending;
  private @Nullable TlsServer tls;

  /** Creates a transport, which is not started yet. */
  public NettyTransport() {
    this(NettyTimeouts.DEFAULT);
  }

  NettyTransport(NettyTimeouts timeouts) {
    this(timeouts, new StaticFiles());
  }

  NettyTransport(NettyTimeouts timeouts, StaticFiles files) {
    this.timeouts = timeouts;
    this.files = files;
  }

  @Override
  public synchronized InetSocketAddress start(TransportContext context) throws IOException {
    tls = newTls(context);
    threads = IoThreads.start(context.io());
    // "true" closes connections that are added after the group was closed: one may still be on its
    // way to its thread.
    connections = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);
    pending =
        new PendingConnections(
            context.handshakeLimits(), context.proxies(), context::countRejectedConnection);
    StaticFiles served =
        context.servesDashboard() ? files.with(context.dashboards()) : files.disabled();
    HttpServices services = new HttpServices(context, served, timeouts, pending, tls);
    listener = bind(threads, new ConnectionInitializer(services, connections), services);
    InetSocketAddress address = (InetSocketAddress) listener.localAddress();
    checkTlsFilesRegularly(threads.group(), tls);
    log.info(
        "Listening on {} ({}{})",
        Connection.label(context.host(), address.getPort()),
        threads.description(),
        tls == null ? "" : ", TLS: wss and https only");
    if (context.servesDashboard()) {
      logDashboard(context, address);
    }
    return address;
  }

  private static @Nullable TlsServer newTls(TransportContext context) throws IOException {
    TlsSettings settings = context.tls();
    return settings == null
        ? null
        : new TlsServer(settings, context.handshakeLimits().maxConnections());
  }

  private static void checkTlsFilesRegularly(EventLoopGroup group, @Nullable TlsServer server) {
    if (server != null) {
      long millis = server.reloadInterval().toMillis();
      group.scheduleWithFixedDelay(server::checkFiles, millis, millis, TimeUnit.MILLISECONDS);
    }
  }

  private void logDashboard(TransportContext context, InetSocketAddress address) {
    if (files.hasDashboard()) {
      String host = address.getAddress().isAnyLocalAddress() ? "localhost" : context.host();
      log.info(
          "Dashboard: {}://{}{}/",
          tls == null ? "http" : "https",
          Connection.label(host, address.getPort()),
          context.basePath());
    } else {
      log.info("No dashboard: {} is not on the class path", StaticFiles.ARTIFACT);
    }
  }

  private Channel bind(
      IoThreads ioThreads, ConnectionInitializer initializer, HttpServices services)
      throws IOException {
    TransportContext context = services.context();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(ioThreads.group())
            .channel(ioThreads.method().channelClass())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .handler(new AcceptFailureHandler(services.pending()))
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, RECEIVE_BUFFERS)
            .childOption(ChannelOption.MESSAGE_SIZE_ESTIMATOR, SharedFramesRegion.SIZES)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, NO_BUFFERING)
            .childHandler(initializer);
    ChannelFuture bound = bootstrap.bind(address(context)).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw cannotListen(context, String.valueOf(bound.cause().getMessage()), bound.cause());
    }
    return bound.channel();
  }

  private static InetSocketAddress address(TransportContext context) throws IOException {
    InetSocketAddress address = new InetSocketAddress(context.host(), context.port());
    if (address.isUnresolved()) {
      throw cannotListen(context, "no such host", null);
    }
    return address;
  }

  private static IOException cannotListen(
      TransportContext context, String reason, @Nullable Throwable cause) {
    // "Cannot assign requested address" means that the host exists but is another machine.
    boolean otherHost = cause == null || reason.contains("assign");
    String advice =
        otherHost
            ? "name an address of this machine, or 0.0.0.0 for all, with WS_HOST or host(...)"
            : "stop what uses the port, or choose another with WS_PORT or port(...)";
    String where = Connection.label(context.host(), context.port());
    return new IOException("cannot listen on " + where + " (" + reason + "): " + advice, cause);
  }

  /** Returns the connections that are not WebSockets yet; null before the first start. */
  synchronized @Nullable PendingConnections pending() {
    return pending;
  }

  @Override
  public boolean supportsTls() {
    return true;
  }

  @Override
  public void reloadTls() throws IOException {
    TlsServer current;
    synchronized (this) {
      current = tls;
    }
    if (current == null) {
      throw new IllegalStateException("the server is not listening with a TLS certificate");
    }
    current.reload();
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
      // Close the connections explicitly: shutting down the threads can leave some open, together
      // with the memory that they hold.
      connections.close().awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
      connections = null;
    }
    if (threads != null) {
      threads.group().shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
      threads = null;
    }
    if (tls != null) {
      tls.close();
      tls = null;
    }
  }
}
