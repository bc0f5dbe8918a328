package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionLog;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.netty.util.NetUtil;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The address in the start log, and in the error if the server cannot listen. */
final class ListenAddressTest {

  private final MetricsHub hub = MetricsHub.create();

  @AfterEach
  void closeHub() {
    hub.close();
  }

  private MetricsWebSocketServer server(String host, int port) {
    return MetricsWebSocketServer.builder(hub).allowAnonymous().host(host).port(port).build();
  }

  @Test
  void start_ipv6Address_isBracketed() {
    Assumptions.assumeTrue(hasIpv6(), "IPv6");
    ConnectionLog.install();
    try (MetricsWebSocketServer server = server("::1", 0)) {
      String log = ConnectionLog.capture(server::start);
      assertThat(log).contains("Listening on [::1]:" + server.port() + " ");
      assertThatThrownBy(() -> server("::1", server.port()).start())
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("cannot listen on [::1]:" + server.port() + " ");
    }
  }

  private static boolean hasIpv6() {
    return NetUtil.LOCALHOST6 != null
        && NetUtil.NETWORK_INTERFACES.stream()
            .flatMap(each -> each.inetAddresses())
            .anyMatch(NetUtil.LOCALHOST6::equals);
  }
}
