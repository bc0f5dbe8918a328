package io.greenlang.metrics.websocket;

import io.greenlang.metrics.websocket.transport.Transport;
import io.greenlang.metrics.websocket.transport.TransportContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A transport that listens to nobody and keeps what it was told. */
final class RecordingTransport implements Transport {

  private @Nullable TransportContext context;

  TransportContext context() {
    return Objects.requireNonNull(context, "not started");
  }

  @Override
  public InetSocketAddress start(TransportContext toContext) {
    context = toContext;
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), toContext.port());
  }

  @Override
  public void stopAccepting() {}

  @Override
  public void stop() {}
}
