package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients that subscribe, unsubscribe, stall, resume and disconnect at random. Each is verified by
 * its {@link ModelClient}. {@code -Dgreenlang.seed=…} repeats a run. The clock stands still: a
 * client stalls until the program continues it, and on a busy machine that can exceed the 30 s
 * after which the server closes a stalled client.
 */
@Timeout(120)
final class RandomClientsTest {

  private static final int CLIENTS = 5;
  private static final int STEPS = 400;
  private static final List<String> CHANNELS = List.of("r.one", "r.two", "r.three");

  static List<Long> seeds() {
    Long given = Long.getLong("greenlang.seed");
    return given != null ? List.of(given) : List.of(1L, 2L, 3L, System.nanoTime());
  }

  private final int[] published = new int[CHANNELS.size()];

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void clients_randomActions_receiveMessagesOfTheModel(long seed) {
    Random random = new Random(seed);
    try (MetricsHub hub =
            MetricsHub.builder()
                .limits(new ChannelLimits(32 * 1024, 10_000))
                .clock(new ManualClock(Instant.now()))
                .build();
        NettyServer server = serve(hub)) {
      CHANNELS.forEach(hub::addChannel);
      List<ModelClient> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(new ModelClient(i, hub, server, CHANNELS));
      }
      for (int step = 0; step < STEPS; step++) {
        ModelClient client = clients.get(random.nextInt(CLIENTS));
        int channel = random.nextInt(CHANNELS.size());
        switch (random.nextInt(12)) {
          case 0, 1 -> client.subscribe(channel, published[channel], random);
          case 2 -> client.unsubscribe(channel);
          case 3 -> client.stall();
          case 4 -> client.resume(published);
          case 5 -> client.reconnect(random.nextBoolean());
          case 6 -> publish(hub, channel, 300);
          default -> publish(hub, channel, 1 + random.nextInt(20));
        }
      }
      for (ModelClient client : clients) {
        client.resume(published);
        client.disconnect();
      }
      assertThat(hub.stats().lappedCursors()).as("at least one client was stalled").isPositive();
      ResourceUsage.await(
          () ->
              hub.stats().feeds() == 0
                  && server.stats().totalSubscriptions() == 0
                  && server.stats().connectedClients() == 0);
    }
  }

  private static NettyServer serve(MetricsHub hub) {
    return NettyServer.start(
        MetricsWebSocketServer.builder(hub)
            .allowAnonymous()
            .maxMessagesPerMinute(0)
            .maxConnectionsPerMinute(0)
            .maxConnectionsPerSecond(0)
            .heartbeatInterval(Duration.ofHours(1)));
  }

  /** Publishes to a channel, whose only series counts its publications. */
  private void publish(MetricsHub hub, int channel, int times) {
    for (int i = 0; i < times; i++) {
      hub.publish(Metric.gauge(CHANNELS.get(channel), "n", ++published[channel], Tags.empty()));
    }
  }
}
