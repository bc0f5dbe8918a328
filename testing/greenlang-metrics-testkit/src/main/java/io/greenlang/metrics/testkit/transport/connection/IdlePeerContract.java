package io.greenlang.metrics.testkit.transport.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.testkit.transport.fixture.ControlClient;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Idle peers: clients that have nothing to send, and peers that have vanished. */
public interface IdlePeerContract extends ContractPart {

  /** Longer than the idle timeout of any container. */
  Duration IDLE_TIME = Duration.ofSeconds(31);

  /** The number of peers that vanish at the same time. */
  int VANISHING_PEERS = 5000;

  @Test
  default void idle_moreThan30Seconds_isStillServed() {
    fixture().serve();
    RawWebSocket client = fixture().connectSubscribed();
    assertThat(client.isQuietFor(IDLE_TIME))
        .as("neither data nor the end of the stream arrived")
        .isTrue();
    fixture().publish("n", 1);
    assertThat(client.nextMessage().values("n")).containsExactly(1.0);
    assertThat(client.ask("{\"type\":\"?\"}", "error").text("code")).isEqualTo("UNKNOWN_TYPE");
  }

  @Test
  default void halfClosed_byListeningPeer_isDisconnected() {
    ContractServer server = fixture().serve();
    RawWebSocket client = fixture().connectSubscribed();
    client.closeOutput();
    ResourceUsage.await(() -> server.stats().connectedClients() == 0);
    assertThat(client.awaitCloseCode()).as("the server closes its half, too").isBetween(1000, 1011);
  }

  /** The peers send nothing any more, not even a FIN, as after a network failure. */
  @Test
  default void halfOpen_5000PeersVanish_areDisconnectedWithoutAffectingOthers() {
    ManualClock clock = new ManualClock(Instant.now());
    fixture().useHub(MetricsHub.builder().clock(clock).build());
    ContractServer server =
        fixture().serve(b -> b.allowAnonymous().heartbeatInterval(Duration.ofSeconds(10)));
    long threads = ResourceUsage.serverThreads();
    for (int i = 0; i < VANISHING_PEERS; i++) {
      fixture().connectRaw();
    }
    ControlClient controlClient =
        fixture().closeAfterTest(new ControlClient(fixture(), fixture().connectRaw()));
    RawWebSocket answering = fixture().connectRaw();
    assertThat(server.stats().connectedClients()).isEqualTo(VANISHING_PEERS + 2);
    for (int heartbeat = 0; heartbeat < 2; heartbeat++) {
      // Well below 30 s: a client that has a send of the same length in progress before and after a
      // larger step would count as stalled.
      clock.advance(Duration.ofMillis(10_100));
      assertThat(answering.nextMessage().type()).isEqualTo("ping");
      answering.send("{\"type\":\"pong\"}");
      controlClient.sendPong();
      answering.ask("{\"type\":\"?\"}", "error");
    }
    clock.advance(Duration.ofMillis(500));
    ResourceUsage.await(() -> server.stats().connectedClients() <= 2);
    controlClient.awaitMore(50);
    assertThat(ResourceUsage.serverThreads() - threads).as("no thread per client").isLessThan(40);
    assertThat(answering.ask("{\"type\":\"?\"}", "error").type()).isEqualTo("error");
  }

  @Test
  default void close_unanswered_endsTcpConnection() {
    fixture().serve(b -> b.allowAnonymous().maxConnections(1));
    RawWebSocket first = fixture().connectRaw();
    RawWebSocket second = fixture().closeAfterTest(RawWebSocket.open(fixture().server().url()));
    RawWebSocketFrame close = Objects.requireNonNull(second.nextFrame());
    assertThat(close.closeCode()).isEqualTo(1013);
    assertThat(second.nextFrame())
        .as("the server disconnects without waiting for a reply")
        .isNull();
    assertThat(first.ask("{\"type\":\"?\"}", "error").type()).isEqualTo("error");
  }
}
