package io.greenlang.metrics.testkit.transport.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.client.WebSocketTestClient;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Lifecycle: the server releases connections, subscriptions, threads and file descriptors. */
public interface LifecycleContract extends ContractPart {

  /** The number of connections that are opened and closed. */
  int CONNECTIONS = 2000;

  @Test
  default void stop_withClients_closes1001AndReleasesEverything() throws Exception {
    ContractServer server = fixture().serve();
    List<WebSocketTestClient> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      WebSocketTestClient client = fixture().connectJdk();
      client.ask(TransportFixture.subscribe(""), "subscribed");
      clients.add(client);
    }
    server.stop();
    for (WebSocketTestClient client : clients) {
      assertThat(client.awaitCloseCode()).isEqualTo(1001);
    }
    assertThat(server.stats().running()).isFalse();
    ResourceUsage.await(() -> server.stats().connectedClients() == 0);
    ResourceUsage.await(() -> fixture().hub().stats().feeds() == 0);
    ResourceUsage.await(() -> server.stats().totalSubscriptions() == 0); // by another thread
    ResourceUsage.await(() -> ResourceUsage.serverThreads() == 0);
  }

  @Test
  default void connections_manyOpenedAndClosed_releasesEverything() {
    ContractServer server = fixture().serve();
    churn(100);
    awaitNoClients(server);
    long threads = ResourceUsage.serverThreads();
    long descriptors = ResourceUsage.openDescriptors();
    churn(CONNECTIONS);
    awaitNoClients(server);
    // In a servlet container, the threads that close connections stop only after an idle time.
    ResourceUsage.await(() -> ResourceUsage.serverThreads() <= threads);
    ResourceUsage.await(() -> ResourceUsage.openDescriptors() <= descriptors);
  }

  @Test
  default void maxConnections_reached_closes1013UntilOneDisconnects() {
    ContractServer server = fixture().serve(b -> b.allowAnonymous().maxConnections(2));
    RawWebSocket first = fixture().connectRaw();
    fixture().connectRaw();
    RawWebSocket third = fixture().closeAfterTest(RawWebSocket.open(server.url()));
    RawWebSocketFrame close = Objects.requireNonNull(third.nextFrame());
    assertThat(close.closeCode()).isEqualTo(1013);
    third.completeClose();
    first.closeGracefully();
    ResourceUsage.await(() -> server.stats().connectedClients() == 1);
    fixture().connectRaw();
  }

  @Test
  default void handshake_neverCompleted_isDisconnected() {
    fixture().serve();
    RawWebSocket silent = fixture().connectTcp();
    RawWebSocket partial = fixture().connectTcp();
    partial.send("GET /ws/met".getBytes(StandardCharsets.US_ASCII));
    if (fixture()
        .expectedOutcome("an incomplete request", ConnectionOutcome.ENDS)
        .equals(ConnectionOutcome.NO_RESPONSE)) {
      fixture().connectJdk();
      assertThat(fixture().server().stats().connectedClients())
          .as("only the client has a session")
          .isEqualTo(1);
      return;
    }
    assertThat(silent.nextFrame()).isNull();
    assertThat(partial.nextFrame()).isNull();
  }

  @Test
  default void handshakes_500Incomplete_doNotBlockOthers() {
    fixture().serve();
    for (int i = 0; i < 500; i++) {
      fixture().connectTcp().send("GET /ws".getBytes(StandardCharsets.US_ASCII));
    }
    fixture().connectJdk();
  }

  private void churn(int connections) {
    for (int i = 0; i < connections; i++) {
      RawWebSocket client = RawWebSocket.open(fixture().server().url());
      switch (i % 4) {
        case 0 -> client.reset();
        case 1 -> {
          client.send(TransportFixture.subscribe(",\"latest\":true"));
          client.reset();
        }
        case 2 -> {
          client.ask(TransportFixture.subscribe(""), "subscribed");
          client.close();
        }
        default -> client.closeGracefully();
      }
    }
  }

  private void awaitNoClients(ContractServer server) {
    ResourceUsage.await(
        () ->
            server.stats().connectedClients() == 0
                && server.stats().totalSubscriptions() == 0
                && fixture().hub().stats().feeds() == 0);
  }
}
