package io.greenlang.metrics.spring.boot.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.spring.boot.MetricsClient;
import io.greenlang.metrics.spring.boot.OpenAccess;
import io.greenlang.metrics.spring.boot.ShopApplication;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Three applications on one Redis, with latencies of different magnitudes. */
@Timeout(600)
class RedisApplicationsTest {

  private static final String SUBSCRIBE =
      "{\"channels\":[\"application.metrics\"],\"metrics\":[\"http.server.requests\"],"
          + "\"tags\":{\"uri\":[\"/orders\"]},\"aggregation_interval\":\"5s\",\"group_by\":%s}";
  private static final long WINDOW_MILLIS = 5_000;
  private static final int ROUNDS = 12;

  /** A timeout that is longer than any step takes. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final int THREADS = 12;
  private static final String REDIS_TIMEOUT = "REDIS_TIMEOUT";

  /** The requests of one application in a round: how many, and how long each takes at least. */
  private record Load(int requests, int micros) {

    /** Returns how many requests a round has. Later rounds have fewer, for a busy machine. */
    int requests(int round) {
      return requests >> Math.min(round / 3, 3);
    }
  }

  private static final List<Load> LOADS =
      List.of(new Load(300, 500), new Load(80, 20_000), new Load(20, 150_000));

  @TempDir private Path directory;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final List<ConfigurableApplicationContext> applications = new ArrayList<>();
  private final List<MetricsClient> clients = new ArrayList<>();
  private LocalRedis redis;

  /** The registry of exact durations. */
  @Configuration(proxyBeanMethods = false)
  @Import(OpenAccess.class)
  static class Recorder {

    @Bean
    RequestRecorder recorder() {
      return new RequestRecorder();
    }
  }

  @BeforeEach
  void start() throws Exception {
    redis = LocalRedis.start(directory);
    System.setProperty(REDIS_TIMEOUT, "30"); // a busy machine delays Redis for longer than 1 s
    for (int i = 0; i < LOADS.size(); i++) {
      applications.add(
          ShopApplication.start(
              Recorder.class,
              "--greenlang.metrics.jwt-secret=" + ShopApplication.SECRET,
              "--greenlang.metrics.redis-url=" + redis.url(),
              "--greenlang.metrics.tags.instance=i" + i));
    }
    for (ConfigurableApplicationContext application : applications) {
      clients.add(connect(application, "[\"uri\"]"));
    }
  }

  @AfterEach
  void stop() {
    System.clearProperty(REDIS_TIMEOUT);
    clients.forEach(MetricsClient::close);
    applications.forEach(ConfigurableApplicationContext::close);
    threads.shutdown();
    if (redis != null) {
      redis.close();
    }
  }

  private static MetricsClient connect(ConfigurableApplicationContext application, String groupBy) {
    String token =
        new JwtIssuer(ShopApplication.SECRET, "HS256").issue("test", Duration.ofHours(1));
    MetricsClient client =
        MetricsClient.connect(ShopApplication.address(application, "/ws/metrics?token=" + token));
    client.subscribe(SUBSCRIBE.formatted(groupBy));
    return client;
  }

  /** Sends the requests of all applications at the start of a window. */
  private List<Double> runLoad(int round) {
    Awaitility.await("the start of a window")
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> System.currentTimeMillis() % WINDOW_MILLIS < 200);
    List<CompletableFuture<Void>> requests = new ArrayList<>();
    for (int i = 0; i < LOADS.size(); i++) {
      URI url =
          URI.create(
              ShopApplication.address(
                  applications.get(i), "/orders?micros=" + LOADS.get(i).micros));
      for (int n = 0; n < LOADS.get(i).requests(round); n++) {
        requests.add(CompletableFuture.runAsync(() -> send(url), threads));
      }
    }
    requests.forEach(CompletableFuture::join);
    Awaitility.await("the last request is recorded")
        .atMost(TIMEOUT)
        .until(() -> recorded() == total(round));
    List<Double> durations = new ArrayList<>();
    recorders().forEach(recorder -> durations.addAll(recorder.drain()));
    durations.sort(null);
    return durations;
  }

  private void send(URI url) {
    HttpResponse<Void> response =
        http.sendAsync(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.discarding())
            .join();
    assertThat(response.statusCode()).isEqualTo(200);
  }

  private List<RequestRecorder> recorders() {
    return applications.stream().map(each -> each.getBean(RequestRecorder.class)).toList();
  }

  private int recorded() {
    return recorders().stream().mapToInt(RequestRecorder::size).sum();
  }

  private static int total(int round) {
    return LOADS.stream().mapToInt(load -> load.requests(round)).sum();
  }

  /** Returns the windows of a client up to the one that completes a number of requests. */
  private static List<JsonNode> windows(MetricsClient client, int requests) {
    List<JsonNode> windows = new ArrayList<>();
    for (long count = 0;
        count < requests;
        count += windows.get(windows.size() - 1).path("count").asLong()) {
      windows.add(client.await(each -> true));
    }
    return windows;
  }

  private static double exact(List<Double> sorted) {
    return sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1);
  }

  private static void requirePooled(double p99, double exact) {
    assertThat(p99).isCloseTo(exact, within(0.01 * exact + 1e-9));
  }

  @Test
  void p99_threeApplications_isThatOfAllRequestsOnEachAndNoAverage() {
    try (MetricsClient separate = connect(applications.get(0), "[\"instance\"]")) {
      for (int round = 0; round < ROUNDS; round++) {
        int requests = total(round);
        double exact = exact(runLoad(round));
        List<List<JsonNode>> pooled =
            clients.stream().map(client -> windows(client, requests)).toList();
        List<JsonNode> instances = windows(separate, requests);
        // a round that a slow machine spread over two windows is repeated
        if (pooled.stream().allMatch(each -> each.size() == 1) && instances.size() == 3) {
          pooled.forEach(each -> requirePooled(each.get(0).path("p99").asDouble(), exact));
          double average =
              instances.stream()
                  .mapToDouble(each -> each.path("p99").asDouble())
                  .average()
                  .orElseThrow();
          assertThatThrownBy(() -> requirePooled(average, exact))
              .isInstanceOf(AssertionError.class);
          return;
        }
      }
      throw new AssertionError("each of " + ROUNDS + " rounds took more than one window");
    }
  }
}
