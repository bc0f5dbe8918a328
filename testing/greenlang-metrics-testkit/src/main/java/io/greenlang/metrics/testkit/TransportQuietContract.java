package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.hub.MetricsHub;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Idle peers: clients that have nothing to send, and peers that have vanished. */
interface TransportQuietContract extends TransportContractPart {

  /** Longer than the idle timeout of any container. */
  Duration QUIET = Duration.ofSeconds(31);

  /** The number of peers that vanish at the same time. */
  int MANY = 5000;

  @Test
  default void idle_moreThan30Seconds_isStillServed() {
    rig().serve();
    RawWebSocket client = rig().subscribed();
    assertThat(client.quietFor(QUIET))
        .as("neither data nor the end of the stream arrived")
        .isTrue();
    rig().publish("n", 1);
    assertThat(client.message().values("n")).containsExactly(1.0);
    assertThat(client.ask("{\"type\":\"?\"}", "error").text("code")).isEqualTo("UNKNOWN_TYPE");
  }

  @Test
  default void halfClosed_byListeningPeer_isDisconnected() {
    TransportServer server = rig().serve();
    RawWebSocket client = rig().subscribed();
    client.closeOutput();
    TransportResources.await(() -> server.stats().connectedClients() == 0);
    assertThat(client.closeCode()).as("the server closes its half, too").isBetween(1000, 1011);
  }

  /** The peers send nothing any more, not even a FIN, as after a network failure. */
  @Test
  default void halfOpen_5000PeersVanish_areDisconnectedWithoutAffectingOthers() {
    ManualClock clock = new ManualClock(Instant.now());
    rig().use(MetricsHub.builder().clock(clock).build());
    TransportServer server =
        rig().serve(b -> b.allowAnonymous().heartbeatInterval(Duration.ofSeconds(10)));
    long threads = TransportResources.threads();
    for (int i = 0; i < MANY; i++) {
      rig().raw();
    }
    TransportWitness witness = rig().keep(new TransportWitness(rig(), rig().raw()));
    RawWebSocket answering = rig().raw();
    assertThat(server.stats().connectedClients()).isEqualTo(MANY + 2);
    for (int heartbeat = 0; heartbeat < 2; heartbeat++) {
      // Well below 30 s: a client that has a send of the same length in progress before and after a
      // larger step would count as stalled.
      clock.advance(Duration.ofMillis(10_100));
      assertThat(answering.message().type()).isEqualTo("ping");
      answering.send("{\"type\":\"pong\"}");
      witness.speak();
      answering.ask("{\"type\":\"?\"}", "error");
    }
    clock.advance(Duration.ofMillis(500));
    TransportResources.await(() -> server.stats().connectedClients() <= 2);
    witness.awaitMore(50);
    assertThat(TransportResources.threads() - threads).as("no thread per client").isLessThan(40);
    assertThat(answering.ask("{\"type\":\"?\"}", "error").type()).isEqualTo("error");
  }

  @Test
  default void close_unanswered_endsTcpConnection() {
    rig().serve(b -> b.allowAnonymous().maxConnections(1));
    RawWebSocket first = rig().raw();
    RawWebSocket second = rig().keep(RawWebSocket.open(rig().server().url()));
    RawWebSocketFrame close = Objects.requireNonNull(second.frame());
    assertThat(close.closeCode()).isEqualTo(1013);
    assertThat(second.frame()).as("the server disconnects without waiting for a reply").isNull();
    assertThat(first.ask("{\"type\":\"?\"}", "error").type()).isEqualTo("error");
  }
}
