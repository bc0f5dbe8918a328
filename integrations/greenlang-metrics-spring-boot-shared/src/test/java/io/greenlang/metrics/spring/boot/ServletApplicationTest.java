package io.greenlang.metrics.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.server.observation.ServerRequestObservationContext;

/** An application on Tomcat with one property. */
@Timeout(300)
@ExtendWith(OutputCaptureExtension.class)
class ServletApplicationTest {

  private static final String SUBSCRIBE = "{\"channels\":[\"application.metrics\"]}";

  private final HttpClient http = HttpClient.newHttpClient();
  private ConfigurableApplicationContext application;

  @BeforeEach
  void start() {
    application =
        ShopApplication.start(
            OpenAccess.class,
            "--greenlang.metrics.jwt-secret=" + ShopApplication.SECRET,
            "--greenlang.metrics.dashboard.log-token=true",
            "--management.endpoints.web.exposure.include=*",
            "--management.endpoint.health.show-details=always");
  }

  @AfterEach
  void stop() {
    application.close();
  }

  private MetricsClient connect() {
    String token =
        new JwtIssuer(ShopApplication.SECRET, "HS256").issue("test", Duration.ofMinutes(1));
    return MetricsClient.connect(
        ShopApplication.address(application, "/ws/metrics?token=" + token));
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(ShopApplication.address(application, path)));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void client_firstRequest_receivesRequestsJvmAndPoolWithinThreeSeconds() throws Exception {
    try (MetricsClient client = connect()) {
      assertThat(client.welcome().type()).isEqualTo("welcome");
      client.subscribe(SUBSCRIBE);
      Map<String, JsonNode> metrics =
          client.awaitAllWithin(
              Duration.ofSeconds(3),
              () -> assertThat(get("/orders").statusCode()).isEqualTo(200),
              "http.server.requests",
              "jvm.memory.used",
              "hikaricp.connections.active");
      JsonNode requests = Objects.requireNonNull(metrics.get("http.server.requests"));
      assertThat(requests.path("type").asText()).isEqualTo("histogram");
      assertThat(requests.path("p99").asDouble()).isPositive();
      assertThat(requests.path("tags").path("uri").asText()).isEqualTo("/orders");
      assertThat(requests.path("tags").path("application").asText()).isEqualTo("shop");
    }
  }

  @Test
  void handshakeAndDashboard_observed_haveTheirPath() throws Exception {
    try (MetricsClient client = connect()) {
      client.subscribe(SUBSCRIBE);
      connect().close();
      assertThat(get("/greenlang-metrics/").statusCode()).isEqualTo(200);
      Set<String> paths = new HashSet<>();
      while (paths.size() < 2) {
        JsonNode requests =
            client.await(each -> each.path("name").asText().equals("http.server.requests"));
        paths.add(requests.path("tags").path("uri").asText());
      }
      assertThat(paths).containsExactlyInAnyOrder("/ws/metrics", "/greenlang-metrics/**");
    }
  }

  /** A stream would be recorded when it ends, as a request that took as long as the stream. */
  @Test
  void eventStream_opened_isNotObserved() throws Exception {
    ObservedRequests observed = new ObservedRequests();
    application.getBean(ObservationRegistry.class).observationConfig().observationHandler(observed);
    String token =
        new JwtIssuer(ShopApplication.SECRET, "HS256").issue("test", Duration.ofMinutes(1));
    HttpResponse<InputStream> stream =
        http.send(
            HttpRequest.newBuilder(
                    URI.create(
                        ShopApplication.address(
                            application, "/sse/metrics?channels=application.metrics")))
                .header("Authorization", "Bearer " + token)
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    assertThat(stream.statusCode()).isEqualTo(200);
    assertThat(stream.body().read()).isPositive();
    stream.body().close();
    assertThat(get("/orders").statusCode()).isEqualTo(200);
    assertThat(observed.paths).containsExactly("/orders");
  }

  /** The requests whose observation has started, which precedes their answer. */
  private static final class ObservedRequests
      implements ObservationHandler<ServerRequestObservationContext> {

    private final List<String> paths = new CopyOnWriteArrayList<>();

    @Override
    public void onStart(ServerRequestObservationContext context) {
      paths.add(Objects.requireNonNull(context.getCarrier()).getRequestURI());
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
      return context instanceof ServerRequestObservationContext;
    }
  }

  @Test
  void client_systemChannel_receivesTheHost() {
    try (MetricsClient client = connect()) {
      client.subscribe("{\"channels\":[\"system.metrics\"]}");
      assertThat(client.awaitAll("memory.percent")).isNotEmpty();
    }
  }

  @Test
  void close_connectedClient_isClosedWith1001BeforeTomcatStops() {
    try (MetricsClient client = connect()) {
      application.close();
      assertThat(client.awaitCloseCode()).isEqualTo(1001);
    }
  }

  @Test
  void handshake_tokenOfOtherIssuer_isRefused() {
    String token =
        new JwtIssuer("another secret of thirty-two bytes", "HS256")
            .issue("test", Duration.ofMinutes(1));
    try (MetricsClient client =
        MetricsClient.connect(ShopApplication.address(application, "/ws/metrics?token=" + token))) {
      assertThat(client.welcome().body().toString()).contains("UNAUTHORIZED");
      assertThat(client.awaitCloseCode()).isEqualTo(4401);
    }
  }

  @Test
  void dashboard_acceptedCoding_isServedPrecompressed() throws Exception {
    HttpResponse<String> plain = get("/greenlang-metrics/app.js");
    for (String coding : List.of("gzip", "br")) {
      HttpResponse<String> packed = get("/greenlang-metrics/app.js", "Accept-Encoding", coding);
      assertThat(packed.headers().allValues("Content-Encoding")).containsExactly(coding);
      assertThat(packed.headers().allValues("Vary")).contains("Accept-Encoding");
      assertThat(packed.headers().firstValueAsLong("Content-Length").orElseThrow())
          .isLessThan(plain.body().length() / 2);
      assertThat(packed.headers().firstValue("ETag"))
          .isNotEqualTo(plain.headers().firstValue("ETag"));
    }
  }

  @Test
  void dashboard_folder_isServedWithItsFilesAndChecked() throws Exception {
    HttpResponse<String> page = get("/greenlang-metrics/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("<html");
    assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
    HttpResponse<String> script = get("/greenlang-metrics/app.js");
    assertThat(script.headers().firstValue("Content-Type").orElse("")).contains("javascript");
    String tag = script.headers().firstValue("ETag").orElseThrow();
    assertThat(get("/greenlang-metrics/app.js", "If-None-Match", tag).statusCode()).isEqualTo(304);
    assertThat(get("/greenlang-metrics").headers().firstValue("Location").orElse(""))
        .endsWith("/greenlang-metrics/");
    assertThat(get("/greenlang-metrics/none.js").statusCode()).isEqualTo(404);
    assertThat(get("/greenlang-metrics/%2e%2e/app.js").statusCode()).isBetween(400, 404);
  }

  @Test
  void log_started_hasTheAddressOfTheDashboard(CapturedOutput output) {
    assertThat(output.getAll())
        .contains(
            "Metrics dashboard: "
                + ShopApplication.address(application, "/greenlang-metrics/#token="));
  }

  @Test
  void actuator_endpoints_reportTheServer() throws Exception {
    ObjectMapper json = new ObjectMapper();
    try (MetricsClient client = connect()) {
      client.subscribe(SUBSCRIBE);
      JsonNode stats = json.readTree(get("/actuator/greenlangmetrics").body());
      assertThat(stats.path("running").asBoolean()).isTrue();
      assertThat(stats.path("connectedClients").asInt()).isEqualTo(1);
      JsonNode health = json.readTree(get("/actuator/health").body());
      JsonNode server = health.path("components").path("greenlangMetrics");
      assertThat(server.path("status").asText()).isEqualTo("UP");
      assertThat(server.path("details").path("clients").asInt()).isEqualTo(1);
      JsonNode info = json.readTree(get("/actuator/info").body()).path("greenlangMetrics");
      assertThat(info.path("path").asText()).isEqualTo("/ws/metrics");
      assertThat(info.path("channels").toString()).contains("application.metrics");
    }
  }

  @Test
  void meters_nanAndLongTag_areLeftOutCountedAndLoggedOnce(CapturedOutput output) {
    MeterRegistry registry = application.getBean(MeterRegistry.class);
    registry.gauge("broken.level", Double.NaN);
    registry.counter("broken.count", "key", "x".repeat(300)).increment();
    try (MetricsClient client = connect()) {
      client.subscribe(SUBSCRIBE);
      // The value of the third collection at least, because each leaves out both.
      client.await(
          each ->
              each.path("name").asText().equals("greenlang.metrics.meters.skipped")
                  && each.path("value").asDouble() >= 4);
    }
    assertThat(output.getAll())
        .containsOnlyOnce("broken.level{}: ")
        .containsOnlyOnce("broken.count{}: ");
  }

  @Test
  void serverMeters_connectedClient_areMetersOfTheApplication() {
    try (MetricsClient client = connect()) {
      client.subscribe(SUBSCRIBE);
      // The first sample may be older than the connection.
      client.await(
          each ->
              each.path("name").asText().equals("greenlang.metrics.clients")
                  && each.path("value").asDouble() == 1);
    }
  }
}
