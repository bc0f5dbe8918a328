package io.greenlang.metrics.testkit.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Slow consumers: sends that are slow, numerous, or never complete. */
public interface SlowConsumerContract extends ContractPart {

  /** The number of metrics; a transport that sends from completion handlers recurses this deep. */
  int BURST_SIZE = 20_000;

  /**
   * The number of publications of 6 KB, a size below Tomcat's fragments of 8 KiB. Together they
   * exceed the socket buffers of a client that does not read.
   */
  int PUBLICATIONS = 2000;

  @Test
  default void publish_20000Metrics_arriveInOrder() {
    ChannelLimits limits = new ChannelLimits(16 << 20, BURST_SIZE);
    fixture().useHub(MetricsHub.builder().limits(limits).build());
    fixture().serve();
    RawWebSocket client = fixture().connectSubscribed();
    fixture()
        .hub()
        .publish(
            IntStream.range(0, BURST_SIZE)
                .mapToObj(i -> Metric.gauge(TransportFixture.CHANNEL, "n", i, Tags.empty()))
                .toList());
    for (int i = 0; i < BURST_SIZE; i++) {
      assertThat(client.nextMessage().values("n")).containsExactly((double) i);
    }
  }

  @Test
  default void stop_sendsInFlight_releasesSessionsAndThreads() {
    ContractServer server = fixture().serve();
    for (int i = 0; i < 20; i++) {
      fixture().connectSubscribed(); // and stops reading
    }
    String name = "long.name".repeat(7);
    for (int i = 0; i < BURST_SIZE; i++) {
      fixture().publish(name, i);
    }
    server.stop();
    ResourceUsage.await(() -> server.stats().connectedClients() == 0);
    ResourceUsage.await(() -> ResourceUsage.serverThreads() == 0);
  }

  /**
   * The server retains only a slow consumer's position; disconnecting it closes the TCP connection.
   */
  @Test
  default void slowConsumers_stalled_areDisconnectedWithoutAffectingOthers() {
    ManualClock clock = new ManualClock(Instant.now());
    fixture().useHub(MetricsHub.builder().clock(clock).build());
    ContractServer server = fixture().serve();
    String subscribe = TransportFixture.subscribe(",\"batch\":true");
    RawWebSocket reader = fixture().connectRaw();
    reader.ask(subscribe, "subscribed");
    List<RawWebSocket> stalled = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      RawWebSocket client = fixture().closeAfterTest(RawWebSocket.connect(server.url(), 4096));
      client.upgrade();
      client.ask(subscribe, "subscribed"); // and stops reading
      stalled.add(client);
    }
    long before = ResourceUsage.usedMemoryBytes();
    for (int i = 0; i < PUBLICATIONS; i++) {
      publishMany();
      assertThat(reader.nextMessage().type()).isEqualTo("metrics");
    }
    assertThat(ResourceUsage.usedMemoryBytes() - before)
        .as("memory, after %d bytes that the stalled clients did not read", 5 * PUBLICATIONS * 6000)
        .isLessThan(20L << 20);
    ResourceUsage.await(
        () -> {
          // On a busy machine, conflation may have left too little to fill the sockets.
          publishMany();
          assertThat(reader.nextMessage().type()).isEqualTo("metrics");
          clock.advance(Duration.ofSeconds(1)); // far ahead of the real clock
          return server.stats().connectedClients() == 1;
        });
    publishMany();
    assertThat(reader.nextMessage().type()).isEqualTo("metrics");
    for (RawWebSocket client : stalled) {
      client.awaitCloseCode(); // after the data that the kernel still buffers
      assertThat(client.nextFrame()).as("the TCP connection ends, too").isNull();
    }
  }

  /** The reply to the close frame is queued behind data that the client does not read. */
  @Test
  default void close_bySlowConsumer_endsSession() {
    ManualClock clock = new ManualClock(Instant.now());
    fixture().useHub(MetricsHub.builder().clock(clock).build());
    ContractServer server = fixture().serve();
    RawWebSocket client = fixture().closeAfterTest(RawWebSocket.connect(server.url(), 4096));
    client.upgrade();
    client.ask(TransportFixture.subscribe(",\"batch\":true"), "subscribed"); // and stops reading
    for (int i = 0; i < PUBLICATIONS; i++) {
      publishMany();
    }
    client.send(RawWebSocketFrame.close(1000));
    ResourceUsage.await(
        () -> {
          clock.advance(Duration.ofSeconds(1)); // far ahead of the real clock
          return server.stats().connectedClients() == 0;
        });
  }

  /** Publishes about 6 KB in one frame. */
  private void publishMany() {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      metrics.add(
          Metric.gauge(TransportFixture.CHANNEL, "a.name.of.a.metric." + i, i, Tags.empty()));
    }
    fixture().hub().publish(metrics);
  }
}
