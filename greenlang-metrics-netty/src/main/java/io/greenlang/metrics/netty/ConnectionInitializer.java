package io.greenlang.metrics.netty;

import io.greenlang.metrics.websocket.transport.TransportContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;

/**
 * An initializer that sets up each new connection for HTTP, until the client requests a WebSocket.
 */
final class ConnectionInitializer extends ChannelInitializer<SocketChannel> {

  /** The maximum length of the request line, which can contain a token of up to 8 KiB. */
  private static final int MAX_LINE = 12 * 1024;

  private static final int MAX_HEADERS = 24 * 1024;
  private static final int MAX_BODY = 8 * 1024;

  private final TransportContext context;
  private final ChannelGroup connections;
  private final StaticFiles files = new StaticFiles();
  private final NettyTimeouts timeouts;

  /**
   * Creates an initializer.
   *
   * @param connections receives each connection while it is open
   */
  ConnectionInitializer(
      TransportContext context, ChannelGroup connections, NettyTimeouts timeouts) {
    this.context = context;
    this.connections = connections;
    this.timeouts = timeouts;
  }

  @Override
  protected void initChannel(SocketChannel channel) {
    connections.add(channel);
    channel
        .pipeline()
        .addLast(
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(MAX_LINE)
                    .setMaxHeaderSize(MAX_HEADERS)))
        .addLast(new HttpObjectAggregator(MAX_BODY))
        .addLast(HttpRequestHandler.TIMEOUT, new RequestTimeoutHandler(timeouts))
        .addLast(new HttpRequestHandler(context, files, timeouts));
  }
}
