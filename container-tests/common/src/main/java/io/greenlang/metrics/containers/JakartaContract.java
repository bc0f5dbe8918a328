package io.greenlang.metrics.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.ManualClock;
import io.greenlang.metrics.testkit.RawWebSocket;
import io.greenlang.metrics.testkit.TransportContract;
import io.greenlang.metrics.testkit.TransportHostileInput;
import io.greenlang.metrics.testkit.TransportResources;
import io.greenlang.metrics.testkit.TransportRig;
import io.greenlang.metrics.testkit.TransportServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of a transport, and what is a container's alone. */
public abstract class JakartaContract extends TransportContract {

  /**
   * Of 6 KB each, because Tomcat makes fragments of 8 KiB; more than the sockets of a client that
   * reads nothing take.
   */
  private static final int PUBLICATIONS = 2000;

  /**
   * The broken frames and paths that this container answers in a way of its own; see
   * docs/embedding.md.
   */
  protected Set<String> ownAnswers() {
    return Set.of();
  }

  /** Whether it can end the TCP connection of a client that reads nothing. */
  protected boolean cutsStalledReaders() {
    return true;
  }

  /** Whether it serves files from {@code META-INF/resources} of jars. */
  protected boolean servesFiles() {
    return true;
  }

  @Override
  @ParameterizedTest
  @MethodSource("io.greenlang.metrics.testkit.TransportHostileContract#inputs")
  public void hostileInput_whileAnotherListens_hurtsNobodyElse(TransportHostileInput input) {
    assumeThat(ownAnswers()).as("what the container answers itself").doesNotContain(input.what());
    super.hostileInput_whileAnotherListens_hurtsNobodyElse(input);
  }

  @Override
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ws/metrics;x=1",
        "//ws/metrics",
        "/ws/%6Detrics",
        "/ws/metrics/",
        "/WS/metrics",
        "/ws/./metrics",
        "/x/../ws/metrics",
        "/ws%2Fmetrics"
      })
  public void connect_otherSpellingOfThePath_isNotFound(String path) {
    assumeThat(ownAnswers()).as("what the container answers itself").doesNotContain(path);
    super.connect_otherSpellingOfThePath_isNotFound(path);
  }

  @Test
  final void dashboard_inTheHost_isServed() throws IOException, InterruptedException {
    assumeThat(servesFiles()).as("a container of files").isTrue();
    TransportServer server = rig().serve();
    String host = "http://" + server.url().getAuthority() + "/greenlang-metrics/";
    HttpResponse<String> page = get(host + "index.html");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("<html");
    HttpResponse<String> script = get(host + "app.js");
    assertThat(script.statusCode()).isEqualTo(200);
    assertThat(script.headers().firstValue("Content-Type").orElse("none")).contains("javascript");
  }

  @Test
  final void frames_sharedByManySessions_reachEachUnchanged() {
    rig().serve();
    List<RawWebSocket> clients = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      RawWebSocket client = rig().raw();
      client.ask(TransportRig.subscribe(i % 2 == 0 ? ",\"compression\":true" : ""), "subscribed");
      clients.add(client);
    }
    for (int i = 0; i < 100; i++) {
      rig().publish("n", i);
    }
    for (RawWebSocket client : clients) {
      for (int i = 0; i < 100; i++) {
        assertThat(client.message().values("n")).containsExactly((double) i);
      }
    }
  }

  @Test
  final void stop_withSendsInFlight_leavesNoSessionAndNoThread() {
    TransportServer server = rig().serve();
    for (int i = 0; i < 20; i++) {
      rig().subscribed(); // and reads no more
    }
    String name = "long.name".repeat(7);
    for (int i = 0; i < 20_000; i++) {
      rig().publish(name, i);
    }
    server.stop();
    assertThat(server.stats().connectedClients()).isZero();
    TransportResources.await(() -> TransportResources.threads() == 0);
  }

  @Test
  final void readers_thatStall_areCutWhileAnotherMissesNothing() {
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
    for (int i = 0; i < PUBLICATIONS; i++) {
      publishMany();
      assertThat(good.message().type()).isEqualTo("metrics");
    }
    TransportResources.await(
        () -> {
          clock.advance(Duration.ofSeconds(1)); // far ahead of the real one
          return server.stats().connectedClients() == 1;
        });
    publishMany();
    assertThat(good.message().type()).isEqualTo("metrics");
    assumeThat(cutsStalledReaders()).as("cuts who reads nothing").isTrue();
    for (RawWebSocket client : stalled) {
      client.closeCode(); // with all that the kernel still has
      assertThat(client.frame()).as("the TCP connection ends, too").isNull();
    }
  }

  /** About 6 KB in one frame. */
  private void publishMany() {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      metrics.add(Metric.gauge(TransportRig.CHANNEL, "a.name.of.a.metric." + i, i, Tags.empty()));
    }
    rig().hub().publish(metrics);
  }

  private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
