package io.greenlang.metrics.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.HistogramBuckets;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.registry.otlp.AggregationTemporality;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Exporters of OpenTelemetry and Micrometer whose metrics a client of a real server receives. */
@Timeout(240)
final class OtlpDeliveryTest {

  private static final String SECRET = "a-secret-of-the-test-that-has-more-than-32-bytes";
  private static final String CHANNEL = "application.metrics";

  private final MetricsHub hub = MetricsHub.create();
  private final OtlpReceiver receiver = OtlpReceiver.of(hub);
  private final JwtIssuer issuer = new JwtIssuer(SECRET, "HS256");
  private final String publishToken =
      issuer.issueForPublishing(
          "shop", Duration.ofHours(1), List.of(NamePattern.parse("application.*")));
  private final MetricsWebSocketServer server =
      MetricsWebSocketServer.builder(hub)
          .host("127.0.0.1")
          .port(0)
          .jwtSecret(SECRET)
          .endpoint(receiver)
          .build();
  private @Nullable SdkMeterProvider provider;

  @BeforeEach
  void start() {
    hub.addChannel(CHANNEL);
    server.start();
  }

  @AfterEach
  void stop() {
    if (provider != null) {
      provider.close();
    }
    server.close();
    hub.close();
  }

  private String endpoint() {
    return "http://127.0.0.1:" + server.port() + "/v1/metrics";
  }

  private RawWebSocket subscribe() {
    String token = issuer.issue("viewer", Duration.ofHours(1));
    RawWebSocket client =
        RawWebSocket.open(
            URI.create("ws://127.0.0.1:" + server.port() + "/ws/metrics?token=" + token));
    client.ask(
        "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"" + CHANNEL + "\"],\"metadata\":true}}",
        "subscribed");
    return client;
  }

  private static Predicate<JsonNode> named(String name) {
    return metric -> metric.path("name").asText().equals(name);
  }

  private SdkMeterProvider provider(
      AggregationTemporalitySelector temporality, String compression, String token) {
    OtlpHttpMetricExporter exporter =
        OtlpHttpMetricExporter.builder()
            .setEndpoint(endpoint())
            .setCompression(compression)
            .addHeader("Authorization", "Bearer " + token)
            .setAggregationTemporalitySelector(temporality)
            .setRetryPolicy(null)
            .setTimeout(Duration.ofSeconds(60))
            .build();
    SdkMeterProvider created =
        SdkMeterProvider.builder()
            .setResource(
                Resource.create(
                    Attributes.of(
                        AttributeKey.stringKey("service.name"), "shop",
                        AttributeKey.stringKey("service.instance.id"), "shop-1")))
            .registerView(
                InstrumentSelector.builder().setName("exponential.*").build(),
                View.builder()
                    .setAggregation(Aggregation.base2ExponentialBucketHistogram())
                    .build())
            .registerMetricReader(
                PeriodicMetricReader.builder(exporter).setInterval(Duration.ofHours(1)).build())
            .build();
    provider = created;
    return created;
  }

  private static void flush(SdkMeterProvider provider, boolean success) {
    CompletableResultCode result = provider.forceFlush().join(60, TimeUnit.SECONDS);
    assertThat(result.isSuccess()).isEqualTo(success);
  }

  private void exportAndReceive(AggregationTemporalitySelector temporality, String compression) {
    try (RawWebSocket client = subscribe()) {
      SdkMeterProvider meters = provider(temporality, compression, publishToken);
      Meter meter = meters.get("shop");
      LongCounter orders = meter.counterBuilder("orders").setUnit("{order}").build();
      DoubleHistogram exact = meter.histogramBuilder("explicit.size").build();
      DoubleHistogram scaled = meter.histogramBuilder("exponential.size").setUnit("By").build();
      meter.gaugeBuilder("queue.depth").buildWithCallback(gauge -> gauge.record(17));
      Attributes region = Attributes.of(AttributeKey.stringKey("region"), "eu");
      for (int round = 1; round <= 2; round++) {
        for (int i = 1; i <= 100; i++) {
          orders.add(1, region);
          exact.record(i);
          scaled.record(i);
        }
        flush(meters, true);
        int total = 100 * round;
        JsonNode counter =
            client.nextMetric(named("orders").and(each -> each.path("value").asInt() == total));
        assertThat(counter.path("type").asText()).isEqualTo("counter");
        assertThat(counter.path("tags").path("region").asText()).isEqualTo("eu");
        assertThat(counter.path("tags").path("service.name").asText()).isEqualTo("shop");
        assertThat(counter.path("tags").path("service.instance.id").asText()).isEqualTo("shop-1");
      }
      // The order of metrics within one export is that of the SDK, so look in the next one.
      scaled.record(50);
      flush(meters, true);
      JsonNode distribution = client.nextMetric(named("exponential.size"));
      assertThat(distribution.path("type").asText()).isEqualTo("histogram");
      assertThat(receiver.stats().rejectedPoints()).isZero();
      // The SDK adds a histogram of its own, which measures the collections.
      assertThat(receiver.stats().points()).isBetween(3L * 4, 3L * 5);
    }
  }

  @Test
  void sdk_cumulativeAndGzip_isReceived() {
    exportAndReceive(AggregationTemporalitySelector.alwaysCumulative(), "gzip");
  }

  @Test
  void sdk_delta_isReceived() {
    exportAndReceive(AggregationTemporalitySelector.deltaPreferred(), "none");
  }

  @Test
  void sdk_histograms_haveExactCountsAndQuantilesWithinError() {
    try (RawWebSocket client = subscribe()) {
      SdkMeterProvider meters =
          provider(AggregationTemporalitySelector.deltaPreferred(), "none", publishToken);
      DoubleHistogram scaled = meters.get("shop").histogramBuilder("exponential.size").build();
      for (int i = 1; i <= 1000; i++) {
        scaled.record(i);
      }
      flush(meters, true);
      JsonNode distribution = client.nextMetric(named("exponential.size"));
      assertThat(distribution.path("count").asInt()).isEqualTo(1000);
      assertThat(distribution.path("sum").asDouble()).isEqualTo(500_500);
      assertThat(distribution.path("min").asDouble()).isEqualTo(1);
      assertThat(distribution.path("max").asDouble()).isEqualTo(1000);
      // The SDK's 160 buckets reach from 1 to 1,000 at scale 4.
      assertThat(distribution.path("p99").asDouble())
          .isCloseTo(990, within(990 * HistogramBuckets.relativeError(4)));
    }
  }

  @Test
  void sdk_tokenWithoutPublishClaim_isRejected() {
    String viewer = issuer.issue("viewer", Duration.ofHours(1));
    SdkMeterProvider meters =
        provider(AggregationTemporalitySelector.alwaysCumulative(), "none", viewer);
    meters.get("shop").counterBuilder("orders").build().add(1);
    flush(meters, false);
    assertThat(receiver.stats().points()).isZero();
    assertThat(receiver.stats().rejectedRequests()).isEqualTo(1);
  }

  @Test
  void micrometer_timerAndCounter_areReceived() {
    for (AggregationTemporality temporality : AggregationTemporality.values()) {
      try (RawWebSocket client = subscribe()) {
        OtlpMeterRegistry registry = new OtlpMeterRegistry(config(temporality), Clock.SYSTEM);
        String suffix = temporality.name().toLowerCase(Locale.ROOT);
        Timer timer =
            Timer.builder("requests." + suffix).publishPercentileHistogram().register(registry);
        timer.record(Duration.ofMillis(20));
        timer.record(Duration.ofMillis(30));
        registry.counter("sold." + suffix).increment(3);
        registry.close(); // publishes
        boolean delta = temporality == AggregationTemporality.DELTA;
        Map<String, JsonNode> metrics =
            client.nextMetrics(Set.of("requests." + suffix, "sold." + suffix));
        JsonNode sold = Objects.requireNonNull(metrics.get("sold." + suffix));
        assertThat(sold.path("type").asText()).isEqualTo("counter");
        assertThat(sold.path("value").asInt()).isEqualTo(3);
        JsonNode requests = Objects.requireNonNull(metrics.get("requests." + suffix));
        assertThat(requests.path("type").asText()).isEqualTo("histogram");
        assertThat(requests.path("count").asInt()).isEqualTo(2);
        assertThat(requests.path("tags").path("service.name").asText()).isEqualTo("micrometer");
        assertThat(delta || receiver.stats().statefulSeries() > 0).isTrue();
      }
    }
  }

  private OtlpConfig config(AggregationTemporality temporality) {
    return new OtlpConfig() {
      @Override
      public @Nullable String get(String key) {
        return null;
      }

      @Override
      public String url() {
        return endpoint();
      }

      @Override
      public Map<String, String> headers() {
        return Map.of("Authorization", "Bearer " + publishToken);
      }

      @Override
      public Map<String, String> resourceAttributes() {
        return Map.of("service.name", "micrometer", "service.instance.id", "m-" + temporality);
      }

      @Override
      public AggregationTemporality aggregationTemporality() {
        return temporality;
      }

      @Override
      public Duration step() {
        return Duration.ofHours(1);
      }
    };
  }

  /** The answer of the server itself has the form of the protocol. */
  @Test
  void export_invalidToken_isRejectedWithStatusMessage() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint()))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer x")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
    assertThat(response.body())
        .isEqualTo("{\"code\":16,\"message\":\"A valid token is required\"}");
  }
}
