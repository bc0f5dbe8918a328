package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.ServerStats;
import io.netty.util.internal.PlatformDependent;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A thousand clients with equal subscriptions and one that does not read. The clock stands still.
 */
@Timeout(120)
final class FanOutTest {

  private static final int CLIENTS = 1000;
  private static final int SERIES = 20;
  private static final int ROUNDS = 40;
  private static final int PUBLICATIONS_PER_ROUND = 5;
  private static final long RING_BYTES = 64 * 1024;
  private static final String SUBSCRIBE =
      "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"fan.metrics\"]}}";

  private final ManualClock clock = new ManualClock(Instant.now());
  private final MetricsHub hub =
      MetricsHub.builder().clock(clock).limits(new ChannelLimits(RING_BYTES, 10_000)).build();
  private final List<RawWebSocket> clients = new ArrayList<>();
  private NettyServer server;
  private int published;

  @BeforeEach
  void start() {
    hub.addChannel("fan.metrics");
    hub.addChannel(StalledClient.FILLER);
    server =
        NettyServer.start(
            MetricsWebSocketServer.builder(hub)
                .allowAnonymous()
                .maxMessagesPerMinute(0)
                .maxConnectionsPerMinute(0)
                .maxConnectionsPerSecond(0)
                .heartbeatInterval(Duration.ofHours(1)));
  }

  @AfterEach
  void stop() {
    clients.forEach(RawWebSocket::close);
    server.stop();
    hub.close();
  }

  @Test
  void publish_oneOf1001ClientsStalled_servesOthersAndMergesForIt() {
    StalledClient stalled = new StalledClient(hub, server, clients, SUBSCRIBE);
    for (int i = 0; i < CLIENTS; i++) {
      RawWebSocket client = RawWebSocket.open(server.url());
      clients.add(client);
      client.ask(SUBSCRIBE, "subscribed");
    }
    List<RawWebSocket> readers = clients.subList(1, clients.size());
    publishRound(readers);
    stalled.fillSocket();
    ServerStats before = server.stats();
    long memoryBefore = usedMemory();
    for (int i = 0; i < ROUNDS; i++) {
      publishRound(readers);
    }
    stalled.publishFiller();
    assertThat(usedMemory() - memoryBefore).as("additional memory").isLessThan(3L << 20);
    assertOncePerPublication(before, server.stats());
    assertThat(hub.stats().feeds()).isEqualTo(2);

    stalled.catchUp(published, SERIES);
    for (int i = 0; i < 10; i++) {
      publishRound(readers);
    }
    stalled.readLive(published, SERIES);
    assertThat(server.stats().connectedClients()).isEqualTo(CLIENTS + 1);
  }

  @Test
  void write_clientStalledFor30Seconds_isClosed() {
    StalledClient stalled = new StalledClient(hub, server, clients, SUBSCRIBE);
    stalled.fillSocket();
    ResourceUsage.await(
        () -> {
          clock.advance(Duration.ofSeconds(16)); // the server checks once per second
          return server.stats().connectedClients() == 0;
        });
    // A worker thread releases its feeds a moment later.
    ResourceUsage.await(() -> hub.stats().feeds() == 0);
  }

  /**
   * Publishes one round and lets each reader read all of it. The first reader's messages are
   * checked one by one; the bytes of the others must equal them.
   */
  private void publishRound(List<RawWebSocket> readers) {
    for (int i = 0; i < PUBLICATIONS_PER_ROUND; i++) {
      published++;
      List<Metric> metrics = new ArrayList<>();
      for (int series = 0; series < SERIES; series++) {
        metrics.add(Metric.gauge("fan.metrics", "m" + series, published, Tags.empty()));
      }
      hub.publish(metrics);
    }
    byte[] expected = readAndCheck(readers.get(0));
    for (RawWebSocket reader : readers.subList(1, readers.size())) {
      assertThat(reader.nextBytes(expected.length)).isEqualTo(expected);
    }
  }

  private byte[] readAndCheck(RawWebSocket reader) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = PUBLICATIONS_PER_ROUND - 1; i >= 0; i--) {
      for (int series = 0; series < SERIES; series++) {
        RawWebSocketFrame frame = Objects.requireNonNull(reader.nextFrame());
        assertThat(frame.message().values("m" + series)).containsExactly((double) published - i);
        bytes.writeBytes(frame.unmasked());
      }
    }
    return bytes.toByteArray();
  }

  /**
   * Asserts one evaluation and one encoding per publication: each of the two channels has one feed,
   * in one encoding.
   */
  private static void assertOncePerPublication(ServerStats before, ServerStats after) {
    long publications = after.hub().publications() - before.hub().publications();
    assertThat(publications).isGreaterThan((long) ROUNDS * PUBLICATIONS_PER_ROUND);
    assertThat(after.feedUpdates() - before.feedUpdates()).isEqualTo(publications);
    assertThat(after.encodings() - before.encodings()).isEqualTo(publications);
  }

  private static long usedMemory() {
    return ResourceUsage.usedMemoryBytes() + Math.max(0, PlatformDependent.usedDirectMemory());
  }
}
