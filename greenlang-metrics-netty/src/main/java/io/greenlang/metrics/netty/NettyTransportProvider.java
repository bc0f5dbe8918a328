package io.greenlang.metrics.netty;

import io.greenlang.metrics.websocket.transport.Transport;
import io.greenlang.metrics.websocket.transport.TransportProvider;

/** The provider through which a server finds this transport if the module is on its class path. */
public final class NettyTransportProvider implements TransportProvider {

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the Netty on the class path is too old; the message names the
   *     version to set
   */
  @Override
  public Transport create() {
    NettyVersions.requireSupported();
    return new NettyTransport();
  }
}
