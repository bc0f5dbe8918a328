package io.greenlang.metrics.testkit;

import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What every transport must do, shown on a real server over loopback. A transport's test extends
 * this, starts the server, and says what its container can do on top.
 *
 * <p>Clients are the JDK's, which nobody wrote for this server, and {@link RawWebSocket}, which
 * sends what no library would. The module that runs it logs TRACE to {@code System.err}, so that
 * {@link TransportLog} sees whether a token gets there.
 */
@Timeout(120)
public abstract class TransportContract
    implements TransportHandshakeContract,
        TransportAuthenticationContract,
        TransportTokenContract,
        TransportRefreshContract,
        TransportSubscriptionContract,
        TransportResubscribeContract,
        TransportPastContract,
        TransportVisibilityContract,
        TransportVitalityContract,
        TransportRateContract,
        TransportLimitContract,
        TransportFramingContract,
        TransportControlFrameContract,
        TransportMessageContract,
        TransportHostileContract,
        TransportLifecycleContract {

  private @Nullable TransportRig rig;

  /** Starts a server with these settings at a free port of {@code 127.0.0.1}. */
  protected abstract TransportServer start(MetricsWebSocketServer.Builder settings);

  /** What the transport can do that not every one can. */
  protected abstract Set<TransportCapability> capabilities();

  @Override
  public final TransportRig rig() {
    if (rig == null) {
      throw new IllegalStateException("there is no rig between tests");
    }
    return rig;
  }

  @BeforeEach
  final void setUpRig() {
    TransportLog.install();
    rig = new TransportRig(this::start, capabilities());
  }

  @AfterEach
  final void tearDownRig() throws Exception {
    rig().close();
  }
}
