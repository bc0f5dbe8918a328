package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.hub.MetricsHub;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Peers that say nothing: those that need not, and those that are gone. */
interface TransportQuietContract extends TransportContractPart {

  /** Longer than the idle time-out of any container. */
  Duration QUIET = Duration.ofSeconds(31);

  /** How many peers vanish at the same moment. */
  int MANY = 5000;

  @Test
  default void quiet_forLongerThan30Seconds_isServedAfterwards() {
    rig().serve();
    RawWebSocket client = rig().subscribed();
    assertThat(client.quietFor(QUIET)).as("nothing came, not even the end").isTrue();
    rig().publish("n", 1);
    assertThat(client.message().values("n")).containsExactly(1.0);
    assertThat(client.ask("{\"type\":\"?\"}", "error").text("code")).isEqualTo("UNKNOWN_TYPE");
  }

  @Test
  default void halfClosed_byAPeerThatOnlyListens_isEnded() {
    TransportServer server = rig().serve();
    RawWebSocket client = rig().subscribed();
    client.closeOutput();
    TransportResources.await(() -> server.stats().connectedClients() == 0);
    assertThat(client.closeCode()).as("this half ends, too").isBetween(1000, 1011);
  }

  /** Nothing comes from them any more, not even an end: so it is for who lost the network. */
  @Test
  default void halfOpen_5000PeersVanishAtOnce_areEvictedWhileAnotherMissesNothing() {
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
    for (int beat = 0; beat < 2; beat++) {
      // Well below 30 s: whoever had a send of the same length under way before and after such a
      // step would count as stalled.
      clock.advance(Duration.ofMillis(10_100));
      assertThat(answering.message().type()).isEqualTo("ping");
      answering.send("{\"type\":\"pong\"}");
      witness.speak();
      answering.ask("{\"type\":\"?\"}", "error");
    }
    clock.advance(Duration.ofMillis(500));
    TransportResources.await(() -> server.stats().connectedClients() <= 2);
    witness.awaitMore(50);
    assertThat(TransportResources.threads() - threads).as("no thread a client").isLessThan(40);
    assertThat(answering.ask("{\"type\":\"?\"}", "error").type()).isEqualTo("error");
  }

  @Test
  default void close_unanswered_endsTheTcpConnection() {
    rig().serve(b -> b.allowAnonymous().maxConnections(1));
    RawWebSocket first = rig().raw();
    RawWebSocket second = rig().keep(RawWebSocket.open(rig().server().url()));
    RawWebSocketFrame close = Objects.requireNonNull(second.frame());
    assertThat(close.closeCode()).isEqualTo(1013);
    assertThat(second.frame()).as("the end comes without an answer").isNull();
    assertThat(first.ask("{\"type\":\"?\"}", "error").type()).isEqualTo("error");
  }
}
