package io.greenlang.metrics.client;

import static io.greenlang.metrics.client.fixture.ClientFixture.CHANNEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.client.fixture.ClientFixture;
import io.greenlang.metrics.client.fixture.FaultProxy;
import io.greenlang.metrics.client.fixture.Recorder;
import io.greenlang.metrics.client.model.ConnectionState;
import io.greenlang.metrics.client.model.Interval;
import io.greenlang.metrics.client.model.MetricSubscription;
import io.greenlang.metrics.hub.MetricsHub;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random cuts of the connection, often in the middle of a publication. The client must receive
 * exactly the metrics of an uninterrupted client.
 *
 * <p>Each form takes 250 cuts. {@code -Dcuts.perForm=1000} runs as many as the test of the
 * TypeScript client, and {@code -Dcuts.seed=17} repeats a run.
 */
@Timeout(600)
class RandomCutsTest {

  /** The forms of the metrics. */
  private enum Form {
    JSON,
    JSON_BATCH,
    SNAPSHOT,
    MESSAGE_PACK,
    MESSAGE_PACK_BATCH,
    COLUMNS;

    MetricSubscription subscription() {
      MetricSubscription all = MetricSubscription.of(CHANNEL);
      return switch (this) {
        case JSON -> all;
        case JSON_BATCH -> all.batch();
        case SNAPSHOT -> all.snapshots();
        case MESSAGE_PACK -> all.messagePack();
        case MESSAGE_PACK_BATCH -> all.messagePack().batch();
        case COLUMNS -> all.columns();
      };
    }
  }

  private static final int CUTS = Integer.getInteger("cuts.perForm", 250);
  private static final int WINDOW_CUTS = Math.max(1, CUTS / 10);
  private static final long SEED = Long.getLong("cuts.seed", System.nanoTime() % 1_000_000);
  private static final int MAX_METRICS = 6;
  private static final int MAX_PUBLICATIONS = 12;
  private static final int WINDOW_SERIES = 20;

  private final ClientFixture fixture = new ClientFixture();
  private final List<Double> published = new ArrayList<>();

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @EnumSource
  void randomCuts_eachForm_loseAndRepeatNothing(Form form) {
    Random random = random(form);
    fixture.serve();
    FaultProxy proxy = fixture.proxy();
    Recorder client = subscribe(proxy, form.subscription());
    for (int cut = 1; cut <= CUTS; cut++) {
      int received = client.metrics().size();
      publish(random);
      int outstanding = published.size() - received;
      client.awaitMetrics(received + random.nextInt(outstanding + 1));
      proxy.cut();
      if (random.nextBoolean()) {
        publish(random); // while the client is away, or before it notices
      }
      client.awaitReconnects(cut);
    }
    client.awaitMetrics(published.size());
    assertThat(client.metrics())
        .as("seed %d, %d duplicates", SEED, client.client().stats().duplicates())
        .extracting(io.greenlang.metrics.client.model.Metric::value)
        .containsExactlyElementsOf(published);
    assertThat(client.gaps()).allMatch(gap -> gap.recovered());
    assertThat(client.client().stats().reconnects()).isEqualTo(CUTS);
    assertThat(client.errors()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"JSON", "MESSAGE_PACK_BATCH", "COLUMNS"})
  void randomCuts_windows_loseAndRepeatNothing(Form form) {
    Random random = random(form);
    ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    fixture.useHub(MetricsHub.builder().clock(clock).build());
    fixture.serve(builder -> builder.allowAnonymous().heartbeatInterval(Duration.ofHours(1)));
    FaultProxy proxy = fixture.proxy();
    Recorder client = subscribe(proxy, form.subscription().interval(Interval.ONE_SECOND));
    for (int cut = 1; cut <= WINDOW_CUTS; cut++) {
      int received = client.metrics().size();
      publishWindow(clock);
      client.awaitMetrics(received + random.nextInt(published.size() - received + 1));
      proxy.cut();
      client.awaitReconnects(cut);
    }
    client.awaitMetrics(published.size());
    assertThat(client.metrics())
        .as("seed %d, %d duplicates", SEED, client.client().stats().duplicates())
        .extracting(io.greenlang.metrics.client.model.Metric::value)
        .containsExactlyInAnyOrderElementsOf(published);
    assertThat(client.gaps()).allMatch(gap -> gap.recovered());
  }

  private static Random random(Form form) {
    return new Random(SEED + form.name().hashCode());
  }

  private Recorder subscribe(FaultProxy proxy, MetricSubscription subscription) {
    MetricsClientBuilder builder =
        fixture
            .client(ClientFixture.url(proxy.port()))
            .backoff(Duration.ofMillis(2), Duration.ofMillis(10));
    Recorder client = fixture.subscribe(builder, subscription);
    client.awaitState(ConnectionState.CONNECTED);
    return client;
  }

  /** Publishes some publications of some metrics, whose values count up. */
  private void publish(Random random) {
    for (int i = random.nextInt(MAX_PUBLICATIONS); i >= 0; i--) {
      List<Metric> metrics = new ArrayList<>();
      for (int j = random.nextInt(MAX_METRICS); j >= 0; j--) {
        double value = published.size();
        published.add(value);
        metrics.add(Metric.gauge(CHANNEL, "n", value, Tags.of("series", Integer.toString(j))));
      }
      fixture.hub().publish(metrics);
    }
  }

  /**
   * Publishes one sample of each series, and lets their windows close together. The clock stands
   * still until the hub has accepted the publication, which can wait for a client that subscribes
   * again. A sample that is accepted after the grace period counts in a later window.
   */
  private void publishWindow(ManualClock clock) {
    List<Metric> metrics = new ArrayList<>();
    for (int j = 0; j < WINDOW_SERIES; j++) {
      double value = published.size();
      published.add(value);
      metrics.add(Metric.gauge(CHANNEL, "n", value, Tags.of("series", Integer.toString(j))));
    }
    fixture.publishAndAwait(metrics);
    clock.advance(Duration.ofSeconds(2));
  }
}
