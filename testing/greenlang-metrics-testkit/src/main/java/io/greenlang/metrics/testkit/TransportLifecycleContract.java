package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Lifecycle: the server releases connections, subscriptions, threads and file descriptors. */
interface TransportLifecycleContract extends TransportContractPart {

  /** The number of connections that are opened and closed. */
  int CHURN = 2000;

  @Test
  default void stop_withClients_closes1001AndReleasesEverything() throws Exception {
    TransportServer server = rig().serve();
    List<WebSocketTestClient> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      WebSocketTestClient client = rig().client();
      client.ask(TransportRig.subscribe(""), "subscribed");
      clients.add(client);
    }
    server.stop();
    for (WebSocketTestClient client : clients) {
      assertThat(client.closeCode()).isEqualTo(1001);
    }
    assertThat(server.stats().running()).isFalse();
    assertThat(server.stats().connectedClients()).isZero();
    TransportResources.await(() -> rig().hub().stats().feeds() == 0);
    assertThat(server.stats().totalSubscriptions()).isZero();
    TransportResources.await(() -> TransportResources.threads() == 0);
  }

  @Test
  default void connections_manyOpenedAndClosed_releasesEverything() {
    TransportServer server = rig().serve();
    churn(100);
    awaitNoClients(server);
    long threads = TransportResources.threads();
    long descriptors = TransportResources.descriptors();
    churn(CHURN);
    awaitNoClients(server);
    // In a servlet container, the threads that close connections stop only after an idle time.
    TransportResources.await(() -> TransportResources.threads() <= threads);
    TransportResources.await(() -> TransportResources.descriptors() <= descriptors);
  }

  @Test
  default void maxConnections_reached_closes1013UntilOneDisconnects() {
    TransportServer server = rig().serve(b -> b.allowAnonymous().maxConnections(2));
    RawWebSocket first = rig().raw();
    rig().raw();
    RawWebSocket third = rig().keep(RawWebSocket.open(server.url()));
    RawWebSocketFrame close = Objects.requireNonNull(third.frame());
    assertThat(close.closeCode()).isEqualTo(1013);
    third.finishClose();
    first.closePolitely();
    TransportResources.await(() -> server.stats().connectedClients() == 1);
    rig().raw();
  }

  @Test
  default void handshake_neverCompleted_isDisconnected() {
    rig().serve();
    RawWebSocket silent = rig().tcp();
    RawWebSocket partial = rig().tcp();
    partial.send("GET /ws/met".getBytes(StandardCharsets.US_ASCII));
    if (rig().expected("a request that never ends", TransportOutcome.ENDS).equals("waits")) {
      rig().client();
      assertThat(rig().server().stats().connectedClients())
          .as("only the client has a session")
          .isEqualTo(1);
      return;
    }
    assertThat(silent.frame()).isNull();
    assertThat(partial.frame()).isNull();
  }

  @Test
  default void handshakes_500Incomplete_doNotBlockOthers() {
    rig().serve();
    for (int i = 0; i < 500; i++) {
      rig().tcp().send("GET /ws".getBytes(StandardCharsets.US_ASCII));
    }
    rig().client();
  }

  private void churn(int connections) {
    for (int i = 0; i < connections; i++) {
      RawWebSocket client = RawWebSocket.open(rig().server().url());
      switch (i % 4) {
        case 0 -> client.cut();
        case 1 -> {
          client.send(TransportRig.subscribe(",\"latest\":true"));
          client.cut();
        }
        case 2 -> {
          client.ask(TransportRig.subscribe(""), "subscribed");
          client.close();
        }
        default -> client.closePolitely();
      }
    }
  }

  private void awaitNoClients(TransportServer server) {
    TransportResources.await(
        () ->
            server.stats().connectedClients() == 0
                && server.stats().totalSubscriptions() == 0
                && rig().hub().stats().feeds() == 0);
  }
}
