package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Additional requirements of a transport with its own port, which also serves {@code /health}. */
public interface TransportStandaloneContract extends TransportContractPart {

  @Test
  default void connect_afterPipelinedGets_isUpgraded() {
    rig().serve();
    RawWebSocket client = rig().tcp();
    String get = new String(client.head("GET /health"), StandardCharsets.US_ASCII);
    client.send(get.repeat(100).getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < 100; i++) {
      assertThat(client.response(false).status()).isEqualTo(200);
    }
    client.upgrade();
    assertThat(client.message().type()).isEqualTo("welcome");
  }

  @Test
  default void stop_thenRestart_servesOnSamePort() throws Exception {
    TransportServer server = rig().serve();
    rig().client();
    server.stop();
    assertPortIsFree(server.url().getPort());
    server.restart();
    WebSocketTestClient client = rig().client();
    client.ask(TransportRig.subscribe(""), "subscribed");
    rig().publish("n", 1);
    assertThat(client.message().values("n")).containsExactly(1.0);
  }

  @Test
  default void stop_duringHandshakesAndCommands_releasesEverything() throws Exception {
    TransportServer server = rig().serve();
    for (int round = 0; round < 5; round++) {
      List<RawWebSocket> clients = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        RawWebSocket client = rig().tcp();
        byte[] upgrade =
            client.head(
                "GET /ws/metrics",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
        client.send(upgrade);
        clients.add(client);
      }
      for (RawWebSocket client : clients.subList(0, 20)) {
        client.response(false);
        client.send(TransportRig.subscribe(""));
      }
      Thread closer =
          new Thread(
              () ->
                  clients.forEach(
                      client -> {
                        client.closeCode();
                        client.close();
                      }));
      closer.start();
      server.stop();
      closer.join();
      TransportResources.await(
          () ->
              rig().hub().stats().feeds() == 0
                  && server.stats().totalSubscriptions() == 0
                  && TransportResources.threads() == 0);
      server.restart();
    }
  }

  private static void assertPortIsFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(socket.getLocalPort()).isEqualTo(port);
    }
  }
}
