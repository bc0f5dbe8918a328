package io.greenlang.metrics.netty;

import io.greenlang.metrics.websocket.transport.TransportContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;

/** Sets up a new connection to speak HTTP, until it asks for a WebSocket. */
final class ConnectionInitializer extends ChannelInitializer<SocketChannel> {

  /** The request line holds a token of up to 8 KiB. */
  private static final int MAX_LINE = 12 * 1024;

  private static final int MAX_HEADERS = 24 * 1024;
  private static final int MAX_BODY = 8 * 1024;

  private final TransportContext context;
  private final ChannelGroup connections;
  private final DashboardFiles files = new DashboardFiles();
  private final NettyLimits limits;

  /** Adds each connection to {@code connections} while it is open. */
  ConnectionInitializer(TransportContext context, ChannelGroup connections, NettyLimits limits) {
    this.context = context;
    this.connections = connections;
    this.limits = limits;
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
        .addLast(HttpRouter.TIMEOUT, new RequestDeadline(limits))
        // One request at a time reaches the router, however many are pipelined.
        .addLast(HttpRouter.FLOW, new FlowControlHandler())
        .addLast(new HttpRouter(context, files, limits));
  }
}
