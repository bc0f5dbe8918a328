package io.greenlang.metrics.client;

import static io.greenlang.metrics.client.fixture.ClientFixture.CHANNEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.client.fixture.ClientFixture;
import io.greenlang.metrics.client.fixture.FaultProxy;
import io.greenlang.metrics.client.fixture.Recorder;
import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.HistoryPage;
import io.greenlang.metrics.client.model.HistoryQuery;
import io.greenlang.metrics.client.model.Interval;
import io.greenlang.metrics.client.model.Metric;
import io.greenlang.metrics.client.model.MetricMetadata;
import io.greenlang.metrics.client.model.MetricSubscription;
import io.greenlang.metrics.client.model.MetricsClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** History: pages, limits, and a lost connection. */
@Timeout(120)
class HistoryTest {

  private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

  private final ClientFixture fixture = new ClientFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private List<Double> publish(int count) {
    List<Double> values = IntStream.range(0, count).mapToObj(i -> (double) i).toList();
    fixture.publishAndAwait(
        values.stream()
            .map(i -> io.greenlang.metrics.Metric.gauge(CHANNEL, "n", i, Tags.empty()))
            .toList());
    return values;
  }

  private MetricsClient connect() {
    Recorder recorder = fixture.record(fixture.client());
    recorder.client().connect();
    return recorder.client();
  }

  @Test
  void history_severalPages_areOneList() {
    fixture.serve();
    List<Double> published = publish(11_000); // two pages of the server
    assertThat(connect().history(HistoryQuery.of(CHANNEL, LONG_AGO)).join())
        .extracting(Metric::value)
        .containsExactlyElementsOf(published);
  }

  @Test
  void history_limit_endsEarlier() {
    fixture.serve();
    List<Double> published = publish(50);
    assertThat(connect().history(HistoryQuery.of(CHANNEL, LONG_AGO).limit(20)).join())
        .extracting(Metric::value)
        .containsExactlyElementsOf(published.subList(0, 20));
  }

  @Test
  void historyPage_nextQueries_containEverything() {
    fixture.serve();
    List<Double> published = publish(250);
    MetricsClient client = connect();
    List<Double> values = new ArrayList<>();
    HistoryQuery query = HistoryQuery.of(CHANNEL, LONG_AGO).metrics("n").limit(100);
    int pages = 0;
    while (query != null) {
      HistoryPage page = client.historyPage(query).join();
      assertThat(page.interval()).isNull();
      assertThat(page.start()).isBeforeOrEqualTo(page.end());
      page.metrics().forEach(metric -> values.add(metric.value()));
      query = page.next().orElse(null);
      pages++;
    }
    assertThat(values).containsExactlyElementsOf(published);
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void history_withMetadata_hasUnitsOfItsMetrics() {
    fixture.serve();
    fixture
        .hub()
        .describe(
            List.of(
                MetricDescription.of(CHANNEL, "n", "By", "Size of an order"),
                MetricDescription.of(CHANNEL, "other", "s", "Not in the history")));
    publish(3);
    Recorder client = fixture.record(fixture.client());
    client.client().connect();
    HistoryQuery query = HistoryQuery.of(CHANNEL, LONG_AGO);
    assertThat(client.client().historyPage(query).join().metadata()).isEmpty();
    MetricMetadata unit = new MetricMetadata(CHANNEL, "n", "By", "Size of an order");
    assertThat(client.client().historyPage(query.metadata()).join().metadata())
        .containsExactly(unit);
    assertThat(client.client().history(query.metadata()).join()).hasSize(3);
    client.await(() -> client.metadata().size() == 2, "the units of both queries");
    assertThat(client.metadata()).containsExactly(unit, unit);
  }

  @Test
  void history_connectionLost_continuesAtItsPage() {
    fixture.serve();
    List<Double> published = publish(5_000);
    FaultProxy proxy = fixture.proxy();
    Recorder client =
        fixture.subscribe(
            fixture.client(ClientFixture.url(proxy.port())), MetricSubscription.of(CHANNEL));
    proxy.freeze();
    CompletableFuture<List<Metric>> history =
        client.client().history(HistoryQuery.of(CHANNEL, LONG_AGO));
    proxy.cut();
    proxy.thaw();
    assertThat(history.join()).extracting(Metric::value).containsExactlyElementsOf(published);
    assertThat(client.client().stats().reconnects()).isPositive();
  }

  @Test
  void history_beforeConnect_waitsForTheConnection() {
    fixture.serve();
    List<Double> published = publish(3);
    Recorder recorder = fixture.record(fixture.client());
    CompletableFuture<List<Metric>> history =
        recorder.client().history(HistoryQuery.of(CHANNEL, LONG_AGO));
    recorder.client().connect();
    assertThat(history.join()).extracting(Metric::value).containsExactlyElementsOf(published);
  }

  @Test
  void history_badRange_failsWithItsCode() {
    fixture.serve();
    HistoryQuery query =
        HistoryQuery.of(CHANNEL, LONG_AGO)
            .until(LONG_AGO.minusSeconds(1))
            .interval(Interval.ONE_DAY);
    assertThatThrownBy(() -> connect().history(query).join())
        .cause()
        .isInstanceOfSatisfying(
            MetricsClientException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_HISTORY));
  }

  @Test
  void history_serverTime_isARangeOfTheServer() {
    fixture.serve();
    MetricsClient client = connect();
    client.ready().join();
    publish(1);
    Instant now = client.serverTime().orElseThrow();
    assertThat(Duration.between(now, Instant.now()).abs()).isLessThan(Duration.ofSeconds(30));
    assertThat(client.history(HistoryQuery.of(CHANNEL, now.minusSeconds(60))).join()).hasSize(1);
  }

  @Test
  void historyQuery_invalidLimit_isRejected() {
    assertThatThrownBy(() -> HistoryQuery.of(CHANNEL, LONG_AGO).limit(0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
