package io.greenlang.metrics.websocket;

import io.greenlang.metrics.websocket.transport.Transport;
import io.greenlang.metrics.websocket.transport.TransportContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A transport that accepts no connections and records the context it was started with. */
public final class RecordingTransport implements Transport {

  private @Nullable TransportContext context;

  public TransportContext context() {
    return Objects.requireNonNull(context, "not started");
  }

  @Override
  public InetSocketAddress start(TransportContext startContext) {
    context = startContext;
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), startContext.port());
  }

  @Override
  public void stopAccepting() {}

  @Override
  public void stop() {}
}
