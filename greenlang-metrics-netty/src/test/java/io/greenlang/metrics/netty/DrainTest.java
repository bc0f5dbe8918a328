package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Gradual closing of the connections of a server that stops. */
@Timeout(120)
final class DrainTest {

  private static final int CLIENTS = 20;

  private final MetricsHub hub = MetricsHub.create();
  private final List<RawWebSocket> clients = new ArrayList<>();

  @AfterEach
  void close() {
    clients.forEach(RawWebSocket::close);
    hub.close();
  }

  private MetricsWebSocketServer serve(Duration drainTime) {
    MetricsWebSocketServer server =
        MetricsWebSocketServer.builder(hub)
            .host("127.0.0.1")
            .port(0)
            .allowAnonymous()
            .drainTime(drainTime)
            .build();
    server.start();
    URI url = URI.create("ws://127.0.0.1:" + server.port() + "/ws/metrics");
    for (int i = 0; i < CLIENTS; i++) {
      RawWebSocket client = RawWebSocket.open(url);
      client.nextMessage("welcome");
      clients.add(client);
    }
    return server;
  }

  @Test
  void stopForRestart_withDrainTime_closesGraduallyWith1012() throws InterruptedException {
    MetricsWebSocketServer server = serve(Duration.ofSeconds(4));
    List<Thread> watchers = new ArrayList<>();
    List<Integer> codes = new ArrayList<>();
    for (RawWebSocket client : clients) {
      Thread watcher =
          new Thread(
              () -> {
                int code = client.awaitCloseCode();
                synchronized (codes) {
                  codes.add(code);
                }
                client.close();
              });
      watcher.start();
      watchers.add(watcher);
    }
    Thread stopper = new Thread(server::stopForRestart);
    stopper.start();
    ResourceUsage.await(() -> size(codes) >= 2);
    assertThat(size(codes)).as("clients closed early in the drain time").isLessThan(CLIENTS);
    assertThat(server.stats().running()).as("running while draining").isTrue();
    stopper.join();
    for (Thread watcher : watchers) {
      watcher.join();
    }
    assertThat(codes).hasSize(CLIENTS).containsOnly(1012);
    assertThat(server.stats().running()).isFalse();
  }

  @Test
  void stop_interruptedThread_skipsDraining() throws InterruptedException {
    MetricsWebSocketServer server = serve(Duration.ofMinutes(10));
    Thread stopper =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              server.stop();
            });
    stopper.start();
    for (RawWebSocket client : clients) {
      assertThat(client.awaitCloseCode()).isEqualTo(1001);
      client.close();
    }
    stopper.join();
    assertThat(server.stats().connectedClients()).isZero();
  }

  private static int size(List<Integer> codes) {
    synchronized (codes) {
      return codes.size();
    }
  }
}
