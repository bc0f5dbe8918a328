package io.greenlang.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.ServerStats;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The counts of a server one of whose clients does not read. */
@Timeout(180)
class ServerMetersTest {

  private static final String CHANNEL = "shop.metrics";

  private final MetricsHub hub =
      MetricsHub.builder().limits(new ChannelLimits(32 * 1024, 10)).build();
  private final MetricsWebSocketServer server =
      MetricsWebSocketServer.builder(hub).host("127.0.0.1").port(0).allowAnonymous().build();
  private final MeterRegistry registry = new SimpleMeterRegistry();

  @BeforeEach
  void start() {
    hub.addChannel(CHANNEL);
    server.start();
    new ServerMeters(server).bindTo(registry);
  }

  @AfterEach
  void stop() {
    server.close();
    hub.close();
  }

  private long count(String name) {
    return (long) registry.get("greenlang.metrics." + name).functionCounter().count();
  }

  private static Tags bulkyTags() {
    Map<String, String> tags = new TreeMap<>();
    for (int i = 0; i < Tags.MAX_TAGS; i++) {
      tags.put("k" + i, "x".repeat(Tags.MAX_VALUE_LENGTH));
    }
    return Tags.of(tags);
  }

  /** Connects a client, publishes until it lags and metrics wait for it, and disconnects it. */
  private void losePublications() {
    Metric bulky = Metric.gauge(CHANNEL, "bulky", 1, bulkyTags());
    URI url = URI.create("ws://127.0.0.1:" + server.port() + "/ws/metrics");
    try (RawWebSocket client = RawWebSocket.connect(url, 4096)) {
      client.upgrade();
      client.ask(
          "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"" + CHANNEL + "\"]}}", "subscribed");
      long lapped = server.stats().hub().lappedCursors();
      while (server.stats().hub().lappedCursors() == lapped) {
        hub.publish(bulky);
      }
      client.nextMessage("lagged");
      while (server.stats().metrics().pending() < 3) {
        hub.publish(bulky);
      }
    }
    ResourceUsage.await(() -> server.stats().connectedClients() == 0);
    ResourceUsage.await(() -> server.stats().metrics().pending() == 0);
  }

  @Test
  void counters_clientThatDoesNotRead_haveItsLossesAndBytes() {
    while (server.stats().metrics().dropped() == 0) {
      losePublications(); // more than once if a busy machine only delayed the server
    }
    ServerStats stats = server.stats();
    assertThat(count("lagged")).isPositive().isEqualTo(stats.hub().lappedCursors());
    assertThat(count("merged")).isPositive().isEqualTo(stats.metrics().merged());
    assertThat(count("dropped")).isPositive().isEqualTo(stats.metrics().dropped());
    assertThat(count("delivered")).isPositive().isEqualTo(stats.metrics().delivered());
    assertThat(count("bytes.out"))
        .as("at least one of the metrics")
        .isGreaterThan(Tags.MAX_TAGS * Tags.MAX_VALUE_LENGTH)
        .isEqualTo(stats.bytesOut());
  }

  @Test
  void bindTo_everyMeterButBrokerUp_hasAUnitAndADescription() {
    List<Meter.Id> ids = registry.getMeters().stream().map(Meter::getId).toList();
    assertThat(ids).allMatch(id -> id.getDescription() != null);
    assertThat(ids)
        .filteredOn(id -> id.getBaseUnit() == null)
        .extracting(Meter.Id::getName)
        .containsExactly("greenlang.metrics.broker.up");
  }
}
