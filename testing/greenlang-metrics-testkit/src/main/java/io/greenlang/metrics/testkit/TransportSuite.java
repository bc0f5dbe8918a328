package io.greenlang.metrics.testkit;

import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The base of the transport suites {@link TransportContract} and {@link
 * TransportEnduranceContract}, which run against a real server over loopback. A transport's test
 * extends one of them, starts the server, and declares the outcomes in which its container differs.
 *
 * <p>The clients are the JDK's, which knows nothing of this server, and {@link RawWebSocket}, which
 * sends input that no library would send. The module that runs a suite logs at TRACE to {@code
 * System.err}, so that {@link TransportLog} detects tokens in the log.
 */
public abstract class TransportSuite implements TransportContractPart {

  private @Nullable TransportRig rig;

  /** Starts a server with the given settings on a free port of {@code 127.0.0.1}. */
  protected abstract TransportServer start(MetricsWebSocketServer.Builder settings);

  /**
   * Returns the outcomes in which this transport differs, in the notation of {@link
   * TransportOutcome}. The key is the name of a hostile input or of a situation in a test. Each
   * entry is a row of docs/embedding.md.
   */
  protected Map<String, String> ownAnswers() {
    return Map.of();
  }

  @Override
  public final TransportRig rig() {
    if (rig == null) {
      throw new IllegalStateException("no test is running");
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
