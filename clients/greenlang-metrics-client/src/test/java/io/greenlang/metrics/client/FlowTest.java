package io.greenlang.metrics.client;

import static io.greenlang.metrics.client.fixture.ClientFixture.CHANNEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.client.fixture.ClientFixture;
import io.greenlang.metrics.client.fixture.FlowRecorder;
import io.greenlang.metrics.client.fixture.Recorder;
import io.greenlang.metrics.client.model.Metric;
import io.greenlang.metrics.client.model.MetricSubscription;
import io.greenlang.metrics.hub.MetricsHub;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The publisher of metrics: demand, back-pressure, and its end. */
@Timeout(120)
class FlowTest {

  private static final int SERIES = 40;

  /** Publications of about 6 KB. Together they exceed all socket buffers of the loopback. */
  private static final int PUBLICATIONS = 5000;

  private final ClientFixture fixture = new ClientFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private Recorder connect() {
    fixture.serve();
    return fixture.subscribe(MetricSubscription.of(CHANNEL));
  }

  @Test
  void metrics_demand_limitsTheMetrics() {
    Recorder client = connect();
    FlowRecorder subscriber = new FlowRecorder();
    client.client().metrics("orders.*").subscribe(subscriber);
    subscriber.request(2);
    for (int i = 1; i <= 5; i++) {
      fixture.publish("n", i);
    }
    client.awaitMetrics(5);
    subscriber.await(2);
    assertThat(subscriber.values()).containsExactly(1.0, 2.0);
    subscriber.request(Long.MAX_VALUE);
    subscriber.await(5);
    assertThat(subscriber.values()).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0);
  }

  @Test
  void metrics_cancelledSubscriber_receivesNoMoreAndDelaysNoOther() {
    fixture.serve();
    Recorder client =
        fixture.subscribe(fixture.client().maxPendingFrames(2), MetricSubscription.of(CHANNEL));
    FlowRecorder subscriber = new FlowRecorder();
    client.client().metrics(CHANNEL).subscribe(subscriber);
    subscriber.awaitSubscribed();
    for (int i = 1; i <= 20; i++) {
      fixture.publish("n", i);
    }
    client.awaitMetrics(2); // the window is full
    subscriber.cancel();
    client.awaitMetrics(20);
    assertThat(subscriber.values()).isEmpty();
    assertThat(client.gaps()).isEmpty();
  }

  @Test
  void metrics_throwingSubscriber_endsOnlyItsSubscription() {
    Recorder client = connect();
    FlowRecorder throwing = new FlowRecorder(true);
    client.client().metrics(CHANNEL).subscribe(throwing);
    throwing.request(10);
    fixture.publish("n", 1);
    fixture.publish("n", 2);
    client.awaitMetrics(2);
    throwing.await(1);
    assertThat(throwing.values()).containsExactly(1.0);
  }

  @Test
  void metrics_demandNotPositive_endsWithError() {
    Recorder client = connect();
    FlowRecorder subscriber = new FlowRecorder();
    client.client().metrics(CHANNEL).subscribe(subscriber);
    subscriber.request(0);
    assertThat(subscriber.awaitEnd()).contains(IllegalArgumentException.class);
  }

  @Test
  void metrics_clientClosed_completesAfterPendingMetrics() {
    Recorder client = connect();
    FlowRecorder subscriber = new FlowRecorder();
    client.client().metrics(CHANNEL).subscribe(subscriber);
    subscriber.awaitSubscribed();
    fixture.publish("n", 1);
    client.awaitMetrics(1);
    client.close();
    subscriber.request(5);
    assertThat(subscriber.awaitEnd()).isEmpty();
    assertThat(subscriber.values()).containsExactly(1.0);
    FlowRecorder late = new FlowRecorder();
    client.client().metrics(CHANNEL).subscribe(late);
    assertThat(late.awaitEnd()).isEmpty();
  }

  /**
   * The subscriber requests nothing until everything is published. The client holds a few frames,
   * and the server merges the rest.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void metrics_slowSubscriber_isConflatedAndNeverWrong(boolean messagePack) {
    fixture.useHub(MetricsHub.builder().limits(new ChannelLimits(256 << 10, 100_000)).build());
    fixture.serve();
    MetricSubscription subscription = MetricSubscription.of(CHANNEL).batch();
    MetricsClient client = fixture.closeAfterTest(fixture.client().maxPendingFrames(4).build());
    FlowRecorder subscriber = new FlowRecorder();
    client.metrics(CHANNEL).subscribe(subscriber);
    client.connect();
    client.subscribe(messagePack ? subscription.messagePack() : subscription).join();
    for (int i = 1; i <= PUBLICATIONS; i++) {
      fixture.hub().publish(publication(i));
    }
    assertThat(client.stats().frames()).as("frames read").isLessThan(20);
    subscriber.request(Long.MAX_VALUE);
    subscriber.awaitLast(PUBLICATIONS, SERIES);
    List<Metric> received = subscriber.metrics();
    Map<String, Double> latest = new HashMap<>();
    for (Metric metric : received) {
      double previous = latest.getOrDefault(metric.name(), 0.0);
      assertThat(metric.value()).as(metric.name()).isGreaterThan(previous);
      latest.put(metric.name(), metric.value());
    }
    assertThat(latest.values()).hasSize(SERIES).containsOnly((double) PUBLICATIONS);
    assertThat(received.size()).isLessThan(PUBLICATIONS * SERIES);
    assertThat(client.stats().missed())
        .as("no metric is missing without a report")
        .isGreaterThanOrEqualTo(PUBLICATIONS * SERIES - received.size());
    assertThat(client.stats().reconnects()).isZero();
  }

  private static List<io.greenlang.metrics.Metric> publication(int value) {
    List<io.greenlang.metrics.Metric> metrics = new ArrayList<>();
    for (int i = 0; i < SERIES; i++) {
      metrics.add(
          io.greenlang.metrics.Metric.gauge(
              CHANNEL, "a.name.of.a.metric." + i, value, Tags.empty()));
    }
    return metrics;
  }
}
