package io.greenlang.metrics.testkit;

import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Tests of a transport on a real server over loopback: {@link TransportContract} and {@link
 * TransportEnduranceContract}. A transport's test extends one of them, starts the server, and says
 * what its container answers in a way of its own.
 *
 * <p>Clients are the JDK's, which nobody wrote for this server, and {@link RawWebSocket}, which
 * sends what no library would. The module that runs it logs TRACE to {@code System.err}, so that
 * {@link TransportLog} sees whether a token gets there.
 */
public abstract class TransportSuite implements TransportContractPart {

  private @Nullable TransportRig rig;

  /** Starts a server with these settings at a free port of {@code 127.0.0.1}. */
  protected abstract TransportServer start(MetricsWebSocketServer.Builder settings);

  /**
   * What this transport answers in a way of its own: the outcome, by the hostile input's name or by
   * what the test calls it. Each is a row of docs/embedding.md.
   */
  protected Map<String, String> ownAnswers() {
    return Map.of();
  }

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
    rig = new TransportRig(this::start, ownAnswers());
  }

  @AfterEach
  final void tearDownRig() throws Exception {
    rig().close();
  }
}
