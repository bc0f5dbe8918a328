package io.greenlang.metrics.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.RunningProgram;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The quickstart with {@code TLS=self-signed}. */
@Timeout(120)
class TlsQuickstartTest {

  @Test
  void quickstart_selfSigned_servesDashboardAndMetricsEncrypted() throws Exception {
    try (RunningProgram quickstart =
        RunningProgram.start(
            Map.of("TLS", "self-signed"),
            "-cp",
            System.getProperty("java.class.path"),
            Quickstart.class.getName())) {
      assertThat(quickstart.webSocket().getScheme()).isEqualTo("wss");
      assertThat(quickstart.get("/health")).contains("\"status\":\"UP\"");
      assertThat(quickstart.get("/")).contains("<html");
      try (RawWebSocket client = RawWebSocket.open(quickstart.webSocket())) {
        assertThat(client.nextMessage().type()).isEqualTo("welcome");
      }
    }
  }
}
