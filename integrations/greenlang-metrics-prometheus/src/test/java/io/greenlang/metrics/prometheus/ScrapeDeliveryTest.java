package io.greenlang.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.collectors.SourceStats;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Scraped targets that a client of a real server receives. */
@Timeout(240)
class ScrapeDeliveryTest {

  private static final String SUBSCRIBE =
      "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"prometheus.metrics\"],\"metadata\":true}}";

  private final MetricsHub hub = MetricsHub.create();

  /** A server without the limit of frames, which two scrapes of a node exporter would use up. */
  private final MetricsWebSocketServer server =
      MetricsWebSocketServer.builder(hub)
          .host("127.0.0.1")
          .port(0)
          .allowAnonymous()
          .maxMessagesPerMinute(0)
          .heartbeatInterval(Duration.ofHours(1)) // the clients do not answer pings
          .build();

  @BeforeEach
  void start() {
    hub.addChannel(PrometheusSource.DEFAULT_CHANNEL.name());
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
    hub.close();
  }

  private RawWebSocket subscribe() {
    RawWebSocket client =
        RawWebSocket.open(URI.create("ws://127.0.0.1:" + server.port() + "/ws/metrics"));
    assertThat(client.nextMessage().type()).isEqualTo("welcome");
    client.ask(SUBSCRIBE, "subscribed");
    return client;
  }

  private static JsonNode await(RawWebSocket client, Predicate<JsonNode> condition) {
    ReceivedMessage message = client.nextMessage();
    while (!condition.test(message.body())) {
      message = client.nextMessage();
    }
    return message.body();
  }

  private static Predicate<JsonNode> named(String name) {
    return message -> message.path("name").asText().equals(name);
  }

  private static SourceStats stats(MetricCollector collector, int source) {
    return collector.stats().sources().get(source);
  }

  @Test
  void nodeExporter_scrapedEverySecond_arrivesWithUnitsAndTags() throws Exception {
    try (NodeExporter exporter = new NodeExporter();
        MetricCollector collector =
            MetricCollector.builder(hub).source(PrometheusSource.scrape(exporter.uri())).build();
        RawWebSocket client = subscribe()) {
      collector.start();
      String memory = "node_memory_MemTotal_bytes";
      JsonNode descriptions = await(client, each -> each.path("metrics").has(memory));
      assertThat(descriptions.path("type").asText()).isEqualTo("metadata");
      assertThat(descriptions.path("metrics").path(memory).path("unit").asText()).isEqualTo("By");
      JsonNode cpu =
          await(
              client,
              named("node_cpu_seconds_total")
                  .and(each -> each.path("tags").path("mode").asText().equals("idle")));
      assertThat(cpu.path("type").asText()).isEqualTo("counter");
      assertThat(cpu.path("value").asDouble()).isPositive();
      assertThat(cpu.path("tags").path("instance").asText())
          .isEqualTo(exporter.uri().getAuthority());
      assertThat(cpu.path("tags").has("host")).isTrue();
      assertScrapedEverySecond(client);
      assertThat(stats(collector, 0).metricsPublished()).isGreaterThan(500);
      assertThat(exporter.isAlive()).isTrue();
    }
  }

  /** Checks the times of four scrapes, of which a busy machine delays some. */
  private static void assertScrapedEverySecond(RawWebSocket client) {
    double first = await(client, named("node_time_seconds")).path("value").asDouble();
    double previous = first;
    double shortest = Double.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      double next = await(client, named("node_time_seconds")).path("value").asDouble();
      shortest = Math.min(shortest, next - previous);
      previous = next;
    }
    assertThat(previous - first).as("the time of three scrapes").isGreaterThan(1.9);
    assertThat(shortest).isLessThan(5);
  }

  @Test
  void nodeExporter_wholeAnswer_hasNoBadLine() throws Exception {
    try (NodeExporter exporter = new NodeExporter()) {
      PrometheusSource source = PrometheusSource.scrape(exporter.uri());
      int samples = 0;
      while (samples == 0) {
        samples = scrapeOnceUp(source, exporter);
      }
      assertThat(samples).isGreaterThan(300);
      assertThat(source.descriptions()).hasSizeGreaterThan(200);
      assertThat(source.stats().badLines()).isZero();
      assertThat(source.stats().unpublishable()).isZero();
      assertThat(source.stats().overLimit()).isZero();
    }
  }

  /** Returns the number of samples; 0 while the exporter does not listen yet. */
  private static int scrapeOnceUp(PrometheusSource source, NodeExporter exporter)
      throws InterruptedException {
    try {
      return source.collect().size();
    } catch (IOException e) {
      assertThat(exporter.isAlive()).as("%s", e).isTrue();
      return 0;
    }
  }

  @Test
  void targetDown_besideAnother_costsOnlyItself() throws Exception {
    try (TestTarget up = new TestTarget();
        TestTarget broken = new TestTarget();
        MetricCollector collector =
            MetricCollector.builder(hub)
                .interval(Duration.ofMillis(100))
                .source(PrometheusSource.scrape(up.uri()))
                .source(PrometheusSource.scrape(broken.uri()))
                .build();
        RawWebSocket client = subscribe()) {
      up.answer(TestTarget.TEXT, "a 1\n");
      broken.answer(exchange -> exchange.sendResponseHeaders(500, -1));
      collector.start();
      for (int i = 0; i < 5; i++) {
        await(client, named("a"));
      }
      assertThat(stats(collector, 0).failures()).isZero();
      awaitFailure(collector);
      broken.answer(TestTarget.TEXT, "b 2\n");
      assertThat(await(client, named("b")).path("value").asDouble()).isEqualTo(2);
    }
  }

  /** Waits for a failure of the second source, which has its own thread. */
  private static void awaitFailure(MetricCollector collector) {
    ResourceUsage.await(() -> stats(collector, 1).failures() > 0);
  }

  @Test
  void histogram_scrapedTwice_arrivesWithPercentiles() throws Exception {
    try (TestTarget target = new TestTarget();
        MetricCollector collector =
            MetricCollector.builder(hub)
                .interval(Duration.ofMillis(100))
                .source(PrometheusSource.scrape(target.uri()))
                .build();
        RawWebSocket client = subscribe()) {
      target.answer(TestTarget.TEXT, histogram(0));
      collector.start();
      await(client, named("marker"));
      target.answer(TestTarget.TEXT, histogram(100));
      JsonNode metric = await(client, named("latency_seconds"));
      assertThat(metric.path("type").asText()).isEqualTo("histogram");
      assertThat(metric.path("count").asLong()).isEqualTo(100);
      assertThat(metric.path("sum").asDouble()).isEqualTo(50);
      assertThat(metric.path("p50").asDouble()).isBetween(0.099, 1.01);
    }
  }

  private static String histogram(int count) {
    return "# TYPE latency_seconds histogram\nlatency_seconds_bucket{le=\"0.1\"} 7\n"
        + "latency_seconds_bucket{le=\"1\"} "
        + (7 + count)
        + "\nlatency_seconds_bucket{le=\"+Inf\"} "
        + (7 + count)
        + "\nlatency_seconds_sum "
        + (3 + count / 2)
        + "\nmarker 1\n";
  }
}
