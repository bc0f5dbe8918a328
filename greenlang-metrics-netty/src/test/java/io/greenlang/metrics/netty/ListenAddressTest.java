package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionLog;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.transport.StaticFiles;
import io.netty.util.NetUtil;
import java.io.UncheckedIOException;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The addresses in the start log, and in the error if the server cannot listen. */
final class ListenAddressTest {

  private final MetricsHub hub = MetricsHub.create();

  @AfterEach
  void closeHub() {
    hub.close();
  }

  private MetricsWebSocketServer server(String host, int port) {
    return MetricsWebSocketServer.builder(hub).allowAnonymous().host(host).port(port).build();
  }

  /** Without IPv6, the server cannot listen there and names the address, too. */
  @Test
  void start_ipv6Address_isBracketed() {
    if (!hasIpv6()) {
      assertThatThrownBy(() -> server("::1", 8215).start())
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("cannot listen on [::1]:8215 ");
      return;
    }
    ConnectionLog.install();
    try (MetricsWebSocketServer server = server("::1", 0)) {
      String log = ConnectionLog.capture(server::start);
      assertThat(log)
          .contains("Listening on [::1]:" + server.port() + " ")
          .contains("Dashboard: http://[::1]:" + server.port() + "/");
      assertThatThrownBy(() -> server("::1", server.port()).start())
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("cannot listen on [::1]:" + server.port() + " ");
    }
  }

  @Test
  void start_dashboardOnClassPath_logsAddressForBrowsersOfThisMachine() {
    ConnectionLog.install();
    try (MetricsWebSocketServer server = server("0.0.0.0", 0)) {
      assertThat(ConnectionLog.capture(server::start))
          .contains("Dashboard: http://localhost:" + server.port() + "/");
    }
  }

  @Test
  void start_noDashboardOnClassPath_namesMissingArtifact() {
    String message =
        "No dashboard: io.greenlang:greenlang-metrics-dashboard is not on the class path";
    ConnectionLog.install();
    try (MetricsWebSocketServer server =
        MetricsWebSocketServer.builder(hub)
            .allowAnonymous()
            .host("127.0.0.1")
            .port(0)
            .transport(
                new NettyTransport(
                    NettyTimeouts.DEFAULT, new StaticFiles(ClassLoader.getPlatformClassLoader())))
            .build()) {
      assertThat(ConnectionLog.capture(server::start)).contains(message);
      URI url = URI.create("ws://127.0.0.1:" + server.port() + "/ws/metrics");
      try (RawWebSocket client = RawWebSocket.connect(url)) {
        RawHttpConnection.Response root = client.request("GET /");
        assertThat(root.status()).isEqualTo(404);
        assertThat(root.body()).isEqualTo(message + " of this server\n");
      }
    }
  }

  private static boolean hasIpv6() {
    return NetUtil.LOCALHOST6 != null
        && NetUtil.NETWORK_INTERFACES.stream()
            .flatMap(each -> each.inetAddresses())
            .anyMatch(NetUtil.LOCALHOST6::equals);
  }
}
