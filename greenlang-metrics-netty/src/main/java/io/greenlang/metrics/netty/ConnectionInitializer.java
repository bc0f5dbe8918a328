package io.greenlang.metrics.netty;

import io.greenlang.metrics.netty.internal.connection.ProxyHeaderHandler;
import io.greenlang.metrics.netty.internal.connection.RequestTimeout;
import io.greenlang.metrics.netty.internal.io.ReadTurns;
import io.greenlang.metrics.websocket.transport.Proxies;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpResponseEncoder;

/**
 * An initializer that sets up each new connection for HTTP, until the client requests a WebSocket.
 * A PROXY header is read before anything else, then TLS. With TLS, the connection counts as an HTTP
 * request from its start, so the limits of requests cover its TLS handshake too.
 */
final class ConnectionInitializer extends ChannelInitializer<SocketChannel> {

  private final HttpServices services;
  private final ChannelGroup connections;
  private final TlsRefusals tlsRefusals;

  /**
   * Creates an initializer.
   *
   * @param connections receives each connection while it is open
   */
  ConnectionInitializer(HttpServices services, ChannelGroup connections) {
    this.services = services;
    this.connections = connections;
    this.tlsRefusals = new TlsRefusals(services.context());
  }

  @Override
  protected void initChannel(SocketChannel channel) {
    connections.add(channel);
    ReadTurns.addTo(channel);
    Proxies proxies = services.context().proxies();
    if (proxies.proxyProtocol()) {
      RequestTimeout timeout = new RequestTimeout(services.timeouts().requestTimeout());
      channel
          .pipeline()
          .addLast(new ProxyHeaderHandler(proxies, timeout, new HeaderListener(channel)));
    } else {
      addHandlers(channel);
    }
  }

  /** Adds the handlers of a connection whose peer is known. */
  private void addHandlers(SocketChannel channel) {
    ChannelPipeline pipeline = channel.pipeline();
    if (services.tls() != null) {
      pipeline.addLast(services.tls().newHandler(tlsRefusals));
    }
    pipeline.addLast(new HttpResponseEncoder()).addLast(new HttpRequestHandler(services));
  }

  /** A connection that counts as pending until its PROXY header has arrived. */
  private final class HeaderListener implements ProxyHeaderHandler.Listener {

    private final SocketChannel channel;
    private final PendingConnections.Entry pending;

    HeaderListener(SocketChannel channel) {
      this.channel = channel;
      this.pending = services.pending().add(channel);
    }

    @Override
    public void onHeader() {
      addHandlers(channel);
    }

    @Override
    public void onRefused() {
      services.context().countRejectedConnection();
    }

    @Override
    public void onEnd() {
      pending.remove();
    }
  }
}
