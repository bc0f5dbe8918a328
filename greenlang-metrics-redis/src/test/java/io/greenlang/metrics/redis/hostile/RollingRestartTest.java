package io.greenlang.metrics.redis.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.redis.fixture.TestHubs;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.security.ResumingWitness;
import io.greenlang.metrics.testkit.security.SteadyPublisher;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Fault: the instances are restarted one after another, as for a new version. */
class RollingRestartTest {

  private static final int CLIENTS = AttackSize.of(10);
  private static final Duration DRAIN_TIME = Duration.ofSeconds(1);

  @RegisterExtension final RedisUnderAttack attacked = new RedisUnderAttack();

  /** An instance, which can be replaced by another one on the same port. */
  private final class Restartable implements AutoCloseable {

    private MetricsHub hub = newHub();
    private MetricsWebSocketServer server = newServer(0);

    private MetricsHub newHub() {
      MetricsHub created = TestHubs.start(attacked.redis.url());
      created.addChannel(SteadyPublisher.CHANNEL.name());
      return created;
    }

    private MetricsWebSocketServer newServer(int port) {
      MetricsWebSocketServer created =
          MetricsWebSocketServer.builder(hub)
              .host("127.0.0.1")
              .port(port)
              .allowAnonymous()
              .maxMessagesPerMinute(0)
              .drainTime(DRAIN_TIME)
              .build();
      created.start();
      return created;
    }

    URI url() {
      return URI.create("ws://127.0.0.1:" + server.port() + "/ws/metrics");
    }

    void restart() {
      int port = server.port();
      server.stopForRestart();
      close();
      hub = newHub();
      server = newServer(port);
    }

    @Override
    public void close() {
      server.close();
      hub.close();
    }
  }

  @Test
  void instances_restartedInTurn_clientsMissNothing() throws Exception {
    List<ResumingWitness> clients = new ArrayList<>();
    try (Restartable one = new Restartable();
        Restartable two = new Restartable();
        AttackedServer server = attacked.startForManyClients()) {
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(ResumingWitness.start(List.of(one.url(), two.url())));
      }
      RedisUnderAttack.awaitAll(clients, server);
      server.withstand(
          "rolling restart",
          50,
          () -> {
            one.restart();
            RedisUnderAttack.awaitAll(clients, server);
            two.restart();
            RedisUnderAttack.awaitAll(clients, server);
          });
      for (ResumingWitness client : clients) {
        assertThat(client.closeCodes()).hasSizeGreaterThanOrEqualTo(2).containsOnly(1012);
      }
    } finally {
      clients.forEach(ResumingWitness::close);
    }
  }
}
