package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.subscription.DeliveryStats;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients that stall at random, over real sockets. The server's counters of delivered and merged
 * metrics must match what the clients received and what they were notified of; nothing may be lost.
 * {@code -Dgreenlang.seed=…} repeats a run.
 */
@Timeout(120)
final class DeliveryStatsTest {

  private static final String CHANNEL = "r.one";
  private static final String FILLER = "r.filler";
  private static final String[] HOSTS = {"a", "b", "c"};
  private static final List<String> OPTIONS =
      List.of(",\"compression\":true", ",\"batch\":true", ",\"format\":\"snapshot\"", "");
  private static final int CLIENTS = 4;
  private static final int STEPS = 300;

  static List<Long> seeds() {
    Long given = Long.getLong("greenlang.seed");
    return given != null ? List.of(given) : List.of(1L, 2L, System.nanoTime());
  }

  /** The clock stands still: on a busy machine, a client could stall for too long otherwise. */
  private final MetricsHub hub =
      MetricsHub.builder()
          .limits(new ChannelLimits(32 * 1024, HOSTS.length))
          .clock(new ManualClock(Instant.now()))
          .build();

  private int published;
  private int fillersPublished;

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void stats_stalledClients_matchReceivedMetrics(long seed) {
    Random random = new Random(seed);
    hub.addChannel(FILLER);
    publish();
    try (hub;
        NettyServer server = serve()) {
      List<CountingClient> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(new CountingClient(server.url()));
      }
      for (int step = 0; step < STEPS; step++) {
        CountingClient client = clients.get(random.nextInt(CLIENTS));
        switch (random.nextInt(10)) {
          case 0 -> client.subscribe(CHANNEL, randomOptions(random), published);
          case 1 -> {
            client.readThrough(
                CHANNEL, published); // a lagging client that leaves misses a part of its notices
            client.unsubscribe(CHANNEL);
          }
          case 2 -> fillSocket(client);
          case 3 -> client.readThrough(CHANNEL, published);
          default -> publish(random.nextInt(200));
        }
        assertThat(server.stats().metrics().delivered()).isNotNegative();
      }
      for (CountingClient client : clients) {
        client.readThrough(CHANNEL, published);
        client.readThrough(FILLER, fillersPublished);
      }
      assertAddsUp(server, clients);
      disconnectStalledClient(server, clients.get(0));
    }
  }

  private void assertAddsUp(NettyServer server, List<CountingClient> clients) {
    ResourceUsage.await(() -> server.stats().metrics().pending() == 0);
    DeliveryStats metrics = server.stats().metrics();
    assertBalances(metrics);
    assertThat(metrics.merged()).isEqualTo(clients.stream().mapToLong(c -> c.missed()).sum());
    assertThat(metrics.delivered()).isEqualTo(clients.stream().mapToLong(c -> c.received()).sum());
    assertThat(metrics.merged()).as("at least one client was stalled").isPositive();
    assertThat(metrics.filtered()).isPositive();
    assertThat(metrics.dropped()).isPositive();
  }

  private void disconnectStalledClient(NettyServer server, CountingClient client) {
    fillSocket(client);
    publish(50);
    client.abort();
    ResourceUsage.await(() -> server.stats().connectedClients() == CLIENTS - 1);
    ResourceUsage.await(() -> server.stats().metrics().pending() == 0);
    assertBalances(server.stats().metrics());
  }

  private static void assertBalances(DeliveryStats metrics) {
    assertThat(
            metrics.delivered()
                + metrics.merged()
                + metrics.filtered()
                + metrics.dropped()
                + metrics.pending())
        .as("%s", metrics)
        .isEqualTo(metrics.published());
  }

  private NettyServer serve() {
    return NettyServer.start(
        MetricsWebSocketServer.builder(hub)
            .allowAnonymous()
            .maxMessagesPerMinute(0)
            .heartbeatInterval(Duration.ofHours(1)));
  }

  private static String randomOptions(Random random) {
    return ",\"tags\":{\"host\":\""
        + HOSTS[random.nextInt(HOSTS.length)]
        + "\"}"
        + OPTIONS.get(random.nextInt(OPTIONS.size()));
  }

  private void publish(int times) {
    for (int i = 0; i < times; i++) {
      publish();
    }
  }

  /** Publishes one metric per host, and one of a series above the limit. */
  private void publish() {
    published++;
    List<Metric> metrics = new ArrayList<>();
    for (String host : HOSTS) {
      metrics.add(Metric.gauge(CHANNEL, "n", published, Tags.of("host", host)));
    }
    metrics.add(Metric.gauge(CHANNEL, "n", published, Tags.of("host", "d" + published)));
    hub.publish(metrics);
  }

  /**
   * Publishes more than the client's socket can hold, on a channel that the client receives in
   * full.
   */
  private void fillSocket(CountingClient client) {
    if (!client.isSubscribed(FILLER)) {
      client.subscribe(FILLER, "", fillersPublished);
    }
    Map<String, String> tags = new TreeMap<>();
    for (int i = 0; i < Tags.MAX_TAGS; i++) {
      tags.put("k" + i, "x".repeat(Tags.MAX_VALUE_LENGTH));
    }
    for (int i = 0; i < 100; i++) {
      hub.publish(Metric.gauge(FILLER, "n", ++fillersPublished, Tags.of(tags)));
    }
  }
}
