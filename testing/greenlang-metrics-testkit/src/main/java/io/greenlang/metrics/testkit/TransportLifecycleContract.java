package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a server begins, it ends: connections, subscriptions, threads, descriptors. */
interface TransportLifecycleContract extends TransportContractPart {

  /** Connections of the churn. */
  int CHURN = 2000;

  @Test
  default void stop_withClients_tellsThemAndLeavesNothing() throws Exception {
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
  default void churn_ofConnections_leavesNothing() {
    TransportServer server = rig().serve();
    churn(100);
    awaitNobody(server);
    long threads = TransportResources.threads();
    long descriptors = TransportResources.descriptors();
    churn(CHURN);
    awaitNobody(server);
    // Those that close connections, in a host's container, end when they have been idle.
    TransportResources.await(() -> TransportResources.threads() <= threads);
    TransportResources.await(() -> TransportResources.descriptors() <= descriptors);
  }

  @Test
  default void maxConnections_reached_refusesWith1013UntilOneLeaves() {
    TransportServer server = rig().serve(b -> b.allowAnonymous().maxConnections(2));
    RawWebSocket first = rig().raw();
    rig().raw();
    RawWebSocket third = rig().keep(RawWebSocket.open(server.url()));
    RawWebSocketFrame only = Objects.requireNonNull(third.frame());
    assertThat(only.closeCode()).isEqualTo(1013);
    third.finishClose();
    first.closePolitely();
    TransportResources.await(() -> server.stats().connectedClients() == 1);
    rig().raw();
  }

  @Test
  default void handshake_thatNeverEnds_isCut() {
    rig().serve();
    RawWebSocket silent = rig().tcp();
    RawWebSocket half = rig().tcp();
    half.send("GET /ws/met".getBytes(StandardCharsets.US_ASCII));
    if (rig().expected("a request that never ends", TransportOutcome.ENDS).equals("waits")) {
      rig().client();
      assertThat(rig().server().stats().connectedClients()).as("without a session").isEqualTo(1);
      return;
    }
    assertThat(silent.frame()).isNull();
    assertThat(half.frame()).isNull();
  }

  @Test
  default void handshakes_500HalfOpen_keepNobodyOut() {
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

  private void awaitNobody(TransportServer server) {
    TransportResources.await(
        () ->
            server.stats().connectedClients() == 0
                && server.stats().totalSubscriptions() == 0
                && rig().hub().stats().feeds() == 0);
  }
}
