package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.feed.StreamLimits;
import io.greenlang.metrics.hub.MetricsHub;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Slow consumers: sends that are slow, numerous, or never complete. */
interface TransportStallContract extends TransportContractPart {

  /** The number of metrics; a transport that sends from completion handlers recurses this deep. */
  int RUN = 20_000;

  /**
   * The number of publications of 6 KB, a size below Tomcat's fragments of 8 KiB. Together they
   * exceed the socket buffers of a client that does not read.
   */
  int PUBLICATIONS = 2000;

  @Test
  default void publish_20000Metrics_arriveInOrder() {
    StreamLimits limits = new StreamLimits(16 << 20, RUN);
    rig().use(MetricsHub.builder().limits(limits).build());
    rig().serve();
    RawWebSocket client = rig().subscribed();
    rig()
        .hub()
        .publish(
            IntStream.range(0, RUN)
                .mapToObj(i -> Metric.gauge(TransportRig.CHANNEL, "n", i, Tags.empty()))
                .toList());
    for (int i = 0; i < RUN; i++) {
      assertThat(client.message().values("n")).containsExactly((double) i);
    }
  }

  @Test
  default void stop_sendsInFlight_releasesSessionsAndThreads() {
    TransportServer server = rig().serve();
    for (int i = 0; i < 20; i++) {
      rig().subscribed(); // and stops reading
    }
    String name = "long.name".repeat(7);
    for (int i = 0; i < RUN; i++) {
      rig().publish(name, i);
    }
    server.stop();
    assertThat(server.stats().connectedClients()).isZero();
    TransportResources.await(() -> TransportResources.threads() == 0);
  }

  /**
   * The server retains only a slow consumer's position; disconnecting it closes the TCP connection.
   */
  @Test
  default void slowConsumers_stalled_areDisconnectedWithoutAffectingOthers() {
    ManualClock clock = new ManualClock(Instant.now());
    rig().use(MetricsHub.builder().clock(clock).build());
    TransportServer server = rig().serve();
    String subscribe = TransportRig.subscribe(",\"batch\":true");
    RawWebSocket reader = rig().raw();
    reader.ask(subscribe, "subscribed");
    List<RawWebSocket> stalled = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      RawWebSocket client = rig().keep(RawWebSocket.tcp(server.url(), 4096));
      client.upgrade();
      client.ask(subscribe, "subscribed"); // and stops reading
      stalled.add(client);
    }
    long before = TransportResources.memory();
    for (int i = 0; i < PUBLICATIONS; i++) {
      publishMany();
      assertThat(reader.message().type()).isEqualTo("metrics");
    }
    assertThat(TransportResources.memory() - before)
        .as("memory, after %d bytes that the stalled clients did not read", 5 * PUBLICATIONS * 6000)
        .isLessThan(20L << 20);
    TransportResources.await(
        () -> {
          clock.advance(Duration.ofSeconds(1)); // far ahead of the real clock
          return server.stats().connectedClients() == 1;
        });
    publishMany();
    assertThat(reader.message().type()).isEqualTo("metrics");
    for (RawWebSocket client : stalled) {
      client.closeCode(); // after the data that the kernel still buffers
      assertThat(client.frame()).as("the TCP connection ends, too").isNull();
    }
  }

  /** The reply to the close frame is queued behind data that the client does not read. */
  @Test
  default void close_bySlowConsumer_endsSession() {
    ManualClock clock = new ManualClock(Instant.now());
    rig().use(MetricsHub.builder().clock(clock).build());
    TransportServer server = rig().serve();
    RawWebSocket client = rig().keep(RawWebSocket.tcp(server.url(), 4096));
    client.upgrade();
    client.ask(TransportRig.subscribe(",\"batch\":true"), "subscribed"); // and stops reading
    for (int i = 0; i < PUBLICATIONS; i++) {
      publishMany();
    }
    client.send(RawWebSocketFrame.close(1000));
    TransportResources.await(
        () -> {
          clock.advance(Duration.ofSeconds(1)); // far ahead of the real clock
          return server.stats().connectedClients() == 0;
        });
  }

  /** Publishes about 6 KB in one frame. */
  private void publishMany() {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      metrics.add(Metric.gauge(TransportRig.CHANNEL, "a.name.of.a.metric." + i, i, Tags.empty()));
    }
    rig().hub().publish(metrics);
  }
}
