package io.greenlang.metrics.netty;

import io.greenlang.metrics.websocket.transport.TransportContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;

/** Sets up a new connection to speak HTTP, until it asks for a WebSocket. */
final class ConnectionInitializer extends ChannelInitializer<SocketChannel> {

  /** How long a connection may be silent before it is a WebSocket. */
  private static final int HTTP_TIMEOUT_SECONDS = 10;

  /** The request line holds a token of up to 8 KiB. */
  private static final int MAX_LINE = 12 * 1024;

  private static final int MAX_HEADERS = 24 * 1024;
  private static final int MAX_BODY = 8 * 1024;

  private final TransportContext context;
  private final DashboardFiles files;

  ConnectionInitializer(TransportContext context, DashboardFiles files) {
    this.context = context;
    this.files = files;
  }

  @Override
  protected void initChannel(SocketChannel channel) {
    channel
        .pipeline()
        .addLast(HttpRouter.TIMEOUT, new ReadTimeoutHandler(HTTP_TIMEOUT_SECONDS))
        .addLast(
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(MAX_LINE)
                    .setMaxHeaderSize(MAX_HEADERS)))
        .addLast(new HttpObjectAggregator(MAX_BODY))
        // One request at a time reaches the router, however many are pipelined.
        .addLast(HttpRouter.FLOW, new FlowControlHandler())
        .addLast(new HttpRouter(context, files));
  }
}
