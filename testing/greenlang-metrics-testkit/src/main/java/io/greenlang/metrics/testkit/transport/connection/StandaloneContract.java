package io.greenlang.metrics.testkit.transport.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.client.WebSocketTestClient;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Additional requirements of a transport with its own port, which also serves {@code /health}. */
public interface StandaloneContract extends ContractPart {

  @Test
  default void connect_afterPipelinedGets_isUpgraded() {
    fixture().serve();
    RawWebSocket client = fixture().connectTcp();
    String get = new String(client.requestHead("GET /health"), StandardCharsets.US_ASCII);
    client.send(get.repeat(100).getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < 100; i++) {
      assertThat(client.nextResponse(false).status()).isEqualTo(200);
    }
    client.upgrade();
    assertThat(client.nextMessage().type()).isEqualTo("welcome");
  }

  @Test
  default void frames_sentWithHandshake_areHandledInOrder() {
    fixture().serve();
    RawWebSocket client = fixture().connectTcp();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(upgradeRequest(client));
    for (int i = 0; i < 100; i++) {
      bytes.writeBytes(
          RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[] {(byte) i}).masked());
    }
    bytes.writeBytes(RawWebSocketFrame.text(TransportFixture.subscribe("")).masked());
    client.send(bytes.toByteArray());
    assertThat(client.nextResponse(false).status()).isEqualTo(101);
    assertThat(client.nextMessage().type()).isEqualTo("welcome");
    assertThat(client.nextMessage().type()).isEqualTo("subscribed");
  }

  @Test
  default void stop_thenRestart_servesOnSamePort() throws Exception {
    ContractServer server = fixture().serve();
    fixture().connectJdk();
    server.stop();
    assertPortIsFree(server.url().getPort());
    server.restart();
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(TransportFixture.subscribe(""), "subscribed");
    fixture().publish("n", 1);
    assertThat(client.nextMessage().values("n")).containsExactly(1.0);
  }

  @Test
  default void stop_duringHandshakesAndCommands_releasesEverything() throws Exception {
    ContractServer server = fixture().serve();
    for (int round = 0; round < 5; round++) {
      List<RawWebSocket> clients = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        RawWebSocket client = fixture().connectTcp();
        client.send(upgradeRequest(client));
        clients.add(client);
      }
      for (RawWebSocket client : clients.subList(0, 20)) {
        client.nextResponse(false);
        client.send(TransportFixture.subscribe(""));
      }
      Thread closer =
          new Thread(
              () ->
                  clients.forEach(
                      client -> {
                        client.awaitCloseCode();
                        client.close();
                      }));
      closer.start();
      server.stop();
      closer.join();
      ResourceUsage.await(
          () ->
              fixture().hub().stats().feeds() == 0
                  && server.stats().totalSubscriptions() == 0
                  && ResourceUsage.serverThreads() == 0);
      server.restart();
    }
  }

  private static byte[] upgradeRequest(RawWebSocket client) {
    return client.requestHead(
        "GET /ws/metrics",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
  }

  private static void assertPortIsFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(socket.getLocalPort()).isEqualTo(port);
    }
  }
}
