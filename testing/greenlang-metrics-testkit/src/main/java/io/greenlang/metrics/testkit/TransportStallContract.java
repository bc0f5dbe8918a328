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

/** Sends that take long, come in great numbers, or never end. */
interface TransportStallContract extends TransportContractPart {

  /** So deep would the stack be of whoever sends again in the handler of the last send. */
  int RUN = 20_000;

  /**
   * Of 6 KB each, because Tomcat makes fragments of 8 KiB; more than the sockets of a client that
   * reads nothing take.
   */
  int PUBLICATIONS = 2000;

  @Test
  default void publish_20000MetricsAtOnce_arriveInOrder() {
    StreamLimits wide = new StreamLimits(16 << 20, RUN);
    rig().use(MetricsHub.builder().limits(wide).build());
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
  default void stop_withSendsInFlight_leavesNoSessionAndNoThread() {
    TransportServer server = rig().serve();
    for (int i = 0; i < 20; i++) {
      rig().subscribed(); // and reads no more
    }
    String name = "long.name".repeat(7);
    for (int i = 0; i < RUN; i++) {
      rig().publish(name, i);
    }
    server.stop();
    assertThat(server.stats().connectedClients()).isZero();
    TransportResources.await(() -> TransportResources.threads() == 0);
  }

  /** Nothing is kept for one that is late but its place; and the end of it is the end of TCP. */
  @Test
  default void readers_thatStall_areCutWhileAnotherMissesNothing() {
    ManualClock clock = new ManualClock(Instant.now());
    rig().use(MetricsHub.builder().clock(clock).build());
    TransportServer server = rig().serve();
    String subscribe = TransportRig.subscribe(",\"batch\":true");
    RawWebSocket good = rig().raw();
    good.ask(subscribe, "subscribed");
    List<RawWebSocket> stalled = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      RawWebSocket client = rig().keep(RawWebSocket.tcp(server.url(), 4096));
      client.upgrade();
      client.ask(subscribe, "subscribed"); // and reads no more
      stalled.add(client);
    }
    long before = TransportResources.memory();
    for (int i = 0; i < PUBLICATIONS; i++) {
      publishMany();
      assertThat(good.message().type()).isEqualTo("metrics");
    }
    assertThat(TransportResources.memory() - before)
        .as("of %d bytes that the stalled did not take", 5 * PUBLICATIONS * 6000)
        .isLessThan(20L << 20);
    TransportResources.await(
        () -> {
          clock.advance(Duration.ofSeconds(1)); // far ahead of the real one
          return server.stats().connectedClients() == 1;
        });
    publishMany();
    assertThat(good.message().type()).isEqualTo("metrics");
    for (RawWebSocket client : stalled) {
      client.closeCode(); // with all that the kernel still has
      assertThat(client.frame()).as("the TCP connection ends, too").isNull();
    }
  }

  /** The answer to its close frame stands behind what it does not take, so it never leaves. */
  @Test
  default void close_byReaderThatStalls_endsTheSession() {
    ManualClock clock = new ManualClock(Instant.now());
    rig().use(MetricsHub.builder().clock(clock).build());
    TransportServer server = rig().serve();
    RawWebSocket client = rig().keep(RawWebSocket.tcp(server.url(), 4096));
    client.upgrade();
    client.ask(TransportRig.subscribe(",\"batch\":true"), "subscribed"); // and reads no more
    for (int i = 0; i < PUBLICATIONS; i++) {
      publishMany();
    }
    client.send(RawWebSocketFrame.close(1000));
    TransportResources.await(
        () -> {
          clock.advance(Duration.ofSeconds(1)); // far ahead of the real one
          return server.stats().connectedClients() == 0;
        });
  }

  /** About 6 KB in one frame. */
  private void publishMany() {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      metrics.add(Metric.gauge(TransportRig.CHANNEL, "a.name.of.a.metric." + i, i, Tags.empty()));
    }
    rig().hub().publish(metrics);
  }
}
