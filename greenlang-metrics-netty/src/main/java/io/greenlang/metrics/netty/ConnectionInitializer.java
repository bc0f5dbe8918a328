package io.greenlang.metrics.netty;

import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpResponseEncoder;

/**
 * An initializer that sets up each new connection for HTTP, until the client requests a WebSocket.
 */
final class ConnectionInitializer extends ChannelInitializer<SocketChannel> {

  private final HttpServices services;
  private final ChannelGroup connections;

  /**
   * Creates an initializer.
   *
   * @param connections receives each connection while it is open
   */
  ConnectionInitializer(HttpServices services, ChannelGroup connections) {
    this.services = services;
    this.connections = connections;
  }

  @Override
  protected void initChannel(SocketChannel channel) {
    connections.add(channel);
    channel.pipeline().addLast(new HttpResponseEncoder()).addLast(new HttpRequestHandler(services));
  }
}
