package io.greenlang.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoint on a real server, in both formats. */
@Timeout(240)
class PrometheusEndpointTest {

  private static final String OPENMETRICS = "application/openmetrics-text;version=1.0.0";

  @TempDir private Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private final MetricsHub hub = MetricsHub.create();
  private MetricsWebSocketServer server = start(PrometheusEndpoint.open(), true);

  @AfterEach
  void stop() {
    server.close();
    hub.close();
  }

  private MetricsWebSocketServer start(PrometheusEndpoint endpoint, boolean isObserved) {
    MetricsWebSocketServer started =
        MetricsWebSocketServer.builder(hub)
            .host("127.0.0.1")
            .port(0)
            .jwtSecret(ContractTokens.SECRET)
            .endpoint(endpoint)
            .build();
    if (isObserved) {
      endpoint.observe(started);
    }
    started.start();
    return started;
  }

  private void restart(PrometheusEndpoint endpoint, boolean isObserved) {
    server.close();
    server = start(endpoint, isObserved);
  }

  private URI uri() {
    return URI.create("http://127.0.0.1:" + server.port() + "/metrics");
  }

  private HttpResponse<String> get(String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri());
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void get_noAccept_answersInText() throws Exception {
    hub.publish(Metric.gauge("a.metrics", "b", 1, Tags.empty()));
    HttpResponse<String> response = get();
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/plain; version=0.0.4");
    assertThat(response.body())
        .contains(
            "# TYPE greenlang_metrics_clients gauge\ngreenlang_metrics_clients 0.0\n",
            "# TYPE greenlang_metrics_sent_bytes_total counter\n",
            "greenlang_metrics_published_samples_total 1.0\n",
            "greenlang_metrics_over_limit_observations_total 0.0\n",
            "greenlang_metrics_history_evicted_samples_total 0.0\n",
            "greenlang_metrics_broker_up 1.0\n");
  }

  @Test
  void get_acceptOfPrometheus_answersInOpenMetrics() throws Exception {
    HttpResponse<String> response =
        get("Accept", OPENMETRICS + ",text/plain;version=0.0.4;q=0.5,*/*;q=0.1");
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(response.body())
        .contains("# UNIT greenlang_metrics_sent_bytes bytes\n")
        .endsWith("# EOF\n");
  }

  @Test
  void get_observedCounts_areServedWithTheirPresentValues() throws Exception {
    AtomicLong points = new AtomicLong(3);
    PrometheusEndpoint endpoint =
        PrometheusEndpoint.open()
            .observeCounter("greenlang_otlp_points", "Data points accepted", points::get)
            .observeGauge("greenlang_otlp_stateful_series", "Series with a state", () -> 1.5);
    restart(endpoint, true);
    assertThat(get().body())
        .contains(
            "# TYPE greenlang_otlp_points_total counter\ngreenlang_otlp_points_total 3.0\n",
            "# HELP greenlang_otlp_stateful_series Series with a state\n",
            "greenlang_otlp_stateful_series 1.5\n");
    points.set(4);
    String body = get().body();
    assertThat(body).contains("greenlang_otlp_points_total 4.0\n");
    assertThat(PromTool.checkMetrics(body)).isEmpty();
  }

  @Test
  void get_countThrowsOrIsNegative_leavesOutOnlyIt() throws Exception {
    PrometheusEndpoint endpoint =
        PrometheusEndpoint.open()
            .observeCounter("shop_negative", "Negative", () -> -1)
            .observeGauge(
                "shop_closed",
                "Closed",
                () -> {
                  throw new IllegalStateException("closed");
                })
            .observeGauge("shop_open", "Open", () -> 2);
    restart(endpoint, true);
    HttpResponse<String> response = get();
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .contains("shop_open 2.0\n", "\ngreenlang_metrics_clients ")
        .doesNotContain("shop_negative", "shop_closed");
    assertThat(PromTool.checkMetrics(response.body())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a b", "Points", "1st", "points_total", "greenlang_metrics_clients", "used"})
  void observeCounter_invalidName_isRejected(String name) {
    PrometheusEndpoint endpoint = PrometheusEndpoint.open().observeGauge("used", "Used", () -> 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> endpoint.observeCounter(name, "Points", () -> 0))
        .withMessageContaining("name of a count");
  }

  @Test
  void get_text_passesPromtool() throws Exception {
    assertThat(PromTool.checkMetrics(get().body())).isEmpty();
  }

  /**
   * Prometheus asks for OpenMetrics, which promtool cannot read. A line that breaks the format
   * fails the whole scrape.
   */
  @Test
  void authenticated_scrapedByPrometheus_acceptsEachSample() throws Exception {
    restart(PrometheusEndpoint.authenticated(), true);
    String token = ContractTokens.valid();
    String body = get("Accept", OPENMETRICS, "Authorization", "Bearer " + token).body();
    List<String> names =
        body.lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split("[ {]", 2)[0])
            .toList();
    try (PrometheusServer prometheus = new PrometheusServer(folder, uri().getAuthority(), token)) {
      JsonNode target = prometheus.awaitFirstScrape();
      assertThat(target.path("lastError").asText()).isEmpty();
      assertThat(target.path("health").asText()).isEqualTo("up");
      assertThat(prometheus.awaitValue("scrape_samples_scraped")).isEqualTo(names.size());
      for (String name : names) {
        assertThat(prometheus.query(name)).as(name).isNotNaN();
      }
      JsonNode metadata = prometheus.get("/api/v1/metadata").path("data");
      assertThat(metadata.has("greenlang_metrics_clients")).isTrue();
      // The name of a counter's family has no suffix in OpenMetrics only.
      JsonNode bytes = metadata.path("greenlang_metrics_sent_bytes").path(0);
      assertThat(bytes.path("type").asText()).isEqualTo("counter");
      assertThat(bytes.path("unit").asText()).isEqualTo("bytes");
    }
  }

  @Test
  void get_client_isCounted() throws Exception {
    try (RawWebSocket connected =
        RawWebSocket.open(
            URI.create("ws://127.0.0.1:" + server.port() + "/ws/metrics"),
            "Authorization: Bearer " + ContractTokens.valid())) {
      assertThat(connected.nextMessage().type()).isEqualTo("welcome");
      assertThat(get().body())
          .contains("greenlang_metrics_clients 1.0\n")
          .containsPattern("greenlang_metrics_sent_frames_total [1-9]");
    }
  }

  @Test
  void scrape_ownEndpoint_readsEachFamily() throws Exception {
    PrometheusSource source = PrometheusSource.scrape(uri());
    Collection<Metric> samples = source.collect();
    assertThat(samples)
        .extracting(Metric::name)
        .contains("greenlang_metrics_sent_bytes_total", "greenlang_metrics_history_bytes");
    assertThat(source.stats().badLines()).isZero();
    assertThat(source.descriptions()).hasSize(samples.size());
  }

  @Test
  void authenticated_withoutAToken_answers401() throws Exception {
    restart(PrometheusEndpoint.authenticated(), true);
    assertThat(get().statusCode()).isEqualTo(401);
    assertThat(get("Authorization", "Bearer x").statusCode()).isEqualTo(401);
  }

  @Test
  void authenticated_validToken_answersAlsoToAScrape() throws Exception {
    restart(PrometheusEndpoint.authenticated(), true);
    String token = ContractTokens.valid();
    assertThat(get("Authorization", "Bearer " + token).statusCode()).isEqualTo(200);
    assertThat(PrometheusSource.builder(uri()).bearerToken(token).build().collect()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"channels\":[\"a.metrics\"]",
        ",\"tags\":{\"env\":[\"a\"]}",
        ",\"channels\":[]"
      })
  void authenticated_tokenThatDoesNotGrantAll_answers403(String claims) throws Exception {
    restart(PrometheusEndpoint.authenticated(), true);
    HttpResponse<String> response =
        get("Authorization", "Bearer " + ContractTokens.withClaims(claims));
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).doesNotContain("greenlang");
  }

  @Test
  void get_noServerYet_answers503() throws Exception {
    restart(PrometheusEndpoint.open(), false);
    assertThat(get().statusCode()).isEqualTo(503);
  }
}
