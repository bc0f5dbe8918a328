package io.greenlang.metrics.netty;

import io.greenlang.metrics.websocket.transport.Transport;
import io.greenlang.metrics.websocket.transport.TransportProvider;

/** The provider through which a server finds this transport if the module is on its class path. */
public final class NettyTransportProvider implements TransportProvider {

  @Override
  public Transport create() {
    return new NettyTransport();
  }
}
