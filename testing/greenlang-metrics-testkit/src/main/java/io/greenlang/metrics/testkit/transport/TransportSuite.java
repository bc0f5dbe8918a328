package io.greenlang.metrics.testkit.transport;

import io.greenlang.metrics.testkit.transport.fixture.ConnectionLog;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The base of the transport suites {@link TransportContract} and {@link
 * TransportEnduranceContract}, which run against a real server over loopback. A transport's test
 * extends one of them, starts the server, and declares the outcomes in which its container differs.
 *
 * <p>The clients are the JDK's, which knows nothing of this server, and {@code RawWebSocket}, which
 * sends input that no library would send. The module that runs a suite logs at TRACE to {@code
 * System.err}, so that {@link ConnectionLog} detects tokens in the log.
 */
public abstract class TransportSuite implements ContractPart {

  private @Nullable TransportFixture fixture;

  /** Starts a server with the given settings on a free port of {@code 127.0.0.1}. */
  protected abstract ContractServer start(MetricsWebSocketServerBuilder settings);

  /**
   * Returns the outcomes in which this transport differs, in the notation of {@code
   * ConnectionOutcome}. The key is the name of a hostile input or of a situation in a test. Each
   * entry is a row of docs/reference/container-differences.md.
   */
  protected Map<String, String> outcomeOverrides() {
    return Map.of();
  }

  @Override
  public final TransportFixture fixture() {
    if (fixture == null) {
      throw new IllegalStateException("no test is running");
    }
    return fixture;
  }

  @BeforeEach
  final void setUpFixture() {
    ConnectionLog.install();
    fixture = new TransportFixture(this::start, outcomeOverrides());
  }

  @AfterEach
  final void tearDownFixture() throws Exception {
    fixture().close();
  }
}
