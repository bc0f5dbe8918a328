package io.greenlang.metrics.testkit.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.subscription.DeliveryStats;
import io.greenlang.metrics.testkit.client.EventStreamClient;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The events of a stream. */
public interface SseStreamContract extends ContractPart {

  /** The publications of 6 KB that a client does not read, more than sockets and feeds keep. */
  int UNREAD_PUBLICATIONS = 6_000;

  @Test
  default void stream_beginsWithWelcomeAndSubscribed() {
    fixture().serve();
    EventStreamClient client = fixture().connectEvents("");
    EventStreamClient.Event welcome = client.next("welcome");
    assertThat(welcome.message().type()).isEqualTo("welcome");
    assertThat(welcome.id()).isNull();
    assertThat(client.retryMillis()).isBetween(1_000L, 3_000L);
    EventStreamClient.Event subscribed = client.next("subscribed");
    assertThat(subscribed.message().body().path("positions").path(TransportFixture.CHANNEL))
        .isNotEmpty();
    assertThat(subscribed.id()).matches("[A-Za-z0-9._~-]+");
  }

  @Test
  default void publish_metric_isSameAsOnWebSocket() {
    fixture().serve();
    RawWebSocket webSocket = fixture().connectRaw();
    webSocket.ask(TransportFixture.subscribe(",\"resume\":true"), "subscribed");
    EventStreamClient client = fixture().connectEventsSubscribed("");
    fixture().publish("n", 1);
    EventStreamClient.Event event = client.next("message");
    byte[] payload = Objects.requireNonNull(webSocket.nextFrame(), "no frame").payload();
    assertThat(event.data()).isEqualTo(new String(payload, StandardCharsets.UTF_8));
    assertThat(event.id()).isNotNull();
  }

  @Test
  default void publish_burst_arrivesInOrder() {
    fixture().serve();
    EventStreamClient client = fixture().connectEventsSubscribed("");
    fixture()
        .hub()
        .publish(
            IntStream.range(0, 3_000)
                .mapToObj(i -> Metric.gauge(TransportFixture.CHANNEL, "n", i, Tags.empty()))
                .toList());
    for (int i = 0; i < 3_000; i++) {
      assertThat(client.next("message").message().values("n")).containsExactly((double) i);
    }
  }

  @Test
  default void filters_ofQuery_selectMetrics() {
    fixture().serve();
    EventStreamClient client =
        fixture()
            .connectEventsSubscribed(
                "&metrics=cpu.*,n&tags=env:a%5C,b,env:c,region:eu&format=metric&batch=true");
    publish("n", Tags.of("env", "a,b", "region", "eu"));
    publish("cpu.user", Tags.of("env", "c", "region", "eu"));
    publish("cpu.user", Tags.of("env", "a", "region", "eu"));
    publish("other", Tags.of("env", "c", "region", "eu"));
    publish("n", Tags.of("env", "c", "region", "us"));
    publish("n", Tags.of("env", "c", "region", "eu", "last", "yes"));
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      EventStreamClient.Event event = client.next("message");
      assertThat(event.message().type()).isEqualTo("metrics");
      names.add(event.message().body().at("/metrics/0/name").asText());
    }
    assertThat(names).containsExactly("n", "cpu.user", "n");
  }

  @Test
  default void latestAndMetadata_precedeMetrics() {
    fixture().serve();
    fixture()
        .hub()
        .describe(
            List.of(
                new MetricDescription(
                    new Channel(TransportFixture.CHANNEL), "n", "s", "Time of a call")));
    fixture().publish("n", 7);
    EventStreamClient client = fixture().connectEventsSubscribed("&latest=true&metadata=true");
    assertThat(client.next("metadata").data()).contains("Time of a call");
    assertThat(client.next("message").message().values("n")).containsExactly(7.0);
  }

  @Test
  default void slowReader_isConflated() {
    fixture().serve();
    EventStreamClient client = fixture().connectEventsSubscribed("&batch=true");
    for (int i = 0; i < UNREAD_PUBLICATIONS; i++) {
      publishMany(i);
    }
    List<Double> values = new ArrayList<>();
    long missed = 0;
    while (values.isEmpty() || values.get(values.size() - 1) != UNREAD_PUBLICATIONS - 1) {
      EventStreamClient.Event event =
          Objects.requireNonNull(client.next(), "the stream ended before the last value");
      if (event.type().equals("lagged")) {
        missed += event.message().body().path("missed").asLong();
      } else {
        values.addAll(event.message().values("metric.0"));
      }
    }
    assertThat(missed).as("missed metrics").isPositive();
    assertThat(values).isSorted().doesNotHaveDuplicates();
    ResourceUsage.await(() -> fixture().server().stats().metrics().pending() == 0);
    DeliveryStats metrics = fixture().server().stats().metrics();
    assertThat(metrics.delivered() + metrics.merged() + metrics.filtered() + metrics.dropped())
        .as("%s", metrics)
        .isEqualTo(metrics.published());
    assertThat(metrics.merged())
        .as("metrics that the client knows to be missing")
        .isEqualTo(missed);
  }

  private void publish(String name, Tags tags) {
    fixture().hub().publish(Metric.gauge(TransportFixture.CHANNEL, name, 1, tags));
  }

  private void publishMany(int value) {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      metrics.add(Metric.gauge(TransportFixture.CHANNEL, "metric." + i, value, Tags.empty()));
    }
    fixture().hub().publish(metrics);
  }
}
