package io.greenlang.metrics.testkit.transport.stream;

import static io.greenlang.metrics.testkit.transport.fixture.TransportFixture.CHANNEL;
import static io.greenlang.metrics.testkit.transport.fixture.TransportFixture.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.testkit.client.ColumnarDecoder;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.client.WebSocketTestClient;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Units and descriptions: once per name and view, and only to clients that ask for them. */
public interface MetadataContract extends ContractPart {

  private void describe(String name, String unit, String description) {
    fixture().hub().describe(List.of(MetricDescription.of(CHANNEL, name, unit, description)));
  }

  private static List<String> names(ReceivedMessage message) {
    assertThat(message.type()).isEqualTo("metadata");
    assertThat(message.text("channel")).isEqualTo(CHANNEL);
    List<String> names = new ArrayList<>();
    message.body().get("metrics").fieldNames().forEachRemaining(names::add);
    return names;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",\"compression\":true",
        ",\"batch\":true",
        ",\"format\":\"snapshot\",\"compression\":true",
        ",\"since\":\"2020-01-01T00:00:00Z\""
      })
  default void subscribe_withMetadata_receivesItBeforeMetrics(String view) {
    fixture().serve();
    describe("n", "By", "Bytes of \"all\" orders \u00e4\ud83d\udc1f");
    fixture().publish("n", 1);
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(subscribe(",\"metadata\":true,\"latest\":true" + view), "subscribed");

    ReceivedMessage message = client.nextMessage();
    assertThat(names(message)).containsExactly("n");
    JsonNode n = message.body().at("/metrics/n");
    assertThat(n.get("unit").asText()).isEqualTo("By");
    assertThat(n.get("description").asText())
        .isEqualTo("Bytes of \"all\" orders \u00e4\ud83d\udc1f");
    assertThat(client.nextMessage().values("n")).containsExactly(1.0);
    fixture().publish("n", 2);
    assertThat(client.nextMessage().values("n")).as("and once only").containsExactly(2.0);
  }

  @Test
  default void subscribe_columnarWithMetadata_receivesItBeforeTheColumns() {
    fixture().serve();
    describe("n", "By", "Bytes");
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(
        subscribe(",\"metadata\":true,\"format\":\"columnar\",\"compression\":true"), "subscribed");
    fixture().publish("n", 7);
    ReceivedMessage message = client.nextMessage();
    assertThat(names(message)).containsExactly("n");
    assertThat(message.body().at("/metrics/n/unit").asText()).isEqualTo("By");
    Map<String, Object> columns = client.nextMessage().toMap();
    assertThat(new ColumnarDecoder().toBatch(columns).get("metrics"))
        .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
        .extracting(metric -> metric.get("value"))
        .containsExactly(7.0);
  }

  @Test
  default void subscribe_withoutMetadata_receivesNone() {
    fixture().serve();
    describe("n", "By", "Bytes");
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(subscribe(""), "subscribed");
    fixture().publish("n", 1);
    describe("n", "s", "Seconds");
    fixture().publish("n", 2);
    assertThat(client.nextMessage().values("n")).containsExactly(1.0);
    assertThat(client.nextMessage().values("n")).containsExactly(2.0);
  }

  /** Both clients share the frames of one feed. */
  @Test
  default void describe_later_isSentBeforeTheNextMetric() {
    fixture().serve();
    WebSocketTestClient plain = fixture().connectJdk();
    plain.ask(subscribe(""), "subscribed");
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(subscribe(",\"metadata\":true"), "subscribed");
    assertThat(fixture().hub().stats().feeds()).isEqualTo(1);

    describe("n", "ms", "Before");
    fixture().publish("n", 1);
    assertThat(client.nextMessage().body().at("/metrics/n/unit").asText()).isEqualTo("ms");
    assertThat(client.nextMessage().values("n")).containsExactly(1.0);
    describe("n", "ms", "Before");
    fixture().publish("n", 2);
    assertThat(client.nextMessage().values("n")).as("nothing has changed").containsExactly(2.0);
    describe("n", "s", "After");
    fixture().publish("n", 3);
    assertThat(client.nextMessage().body().at("/metrics/n/unit").asText()).isEqualTo("s");
    assertThat(client.nextMessage().values("n")).containsExactly(3.0);
    for (double value = 1; value <= 3; value++) {
      assertThat(plain.nextMessage().values("n")).containsExactly(value);
    }
  }

  @Test
  default void describe_whilePublishing_precedesEachName() throws Exception {
    fixture().serve();
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(subscribe(",\"metadata\":true"), "subscribed");
    int count = 500;
    Semaphore ahead = new Semaphore(50); // the metrics that may be underway
    Thread publisher =
        new Thread(
            () -> {
              for (int i = 0; i < count; i++) {
                ahead.acquireUninterruptibly();
                describe("n" + i, "s", "The number " + i);
                fixture().publish("n" + i, i);
              }
            });
    publisher.start();
    Set<String> described = new HashSet<>();
    int received = 0;
    while (received < count) {
      ReceivedMessage message = client.nextMessage();
      if (message.type().equals("metadata")) {
        for (String name : names(message)) {
          assertThat(described.add(name)).as(name + " once").isTrue();
        }
      } else {
        assertThat(described).contains(message.text("name"));
        received++;
        ahead.release();
      }
    }
    publisher.join();
  }

  @Test
  default void describe_nameOutsideTheView_isNotSent() {
    fixture().serve();
    describe("a.x", "s", "In the view");
    describe("b.x", "s", "In none");
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(subscribe(",\"metadata\":true,\"metrics\":[\"a.*\"]"), "subscribed");
    assertThat(names(client.nextMessage())).containsExactly("a.x");
    describe("b.y", "s", "In none");
    fixture().publish("a.x", 1);
    assertThat(client.nextMessage().values("a.x")).containsExactly(1.0);
  }

  @Test
  default void subscribe_histogramWithDerivedGauges_describesThemToo() {
    fixture().serve();
    fixture()
        .hub()
        .describe(
            List.of(MetricDescription.of("agent.metrics", "latency", "ms", "Latency of calls")));
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(
        subscribe(",\"metadata\":true,\"metrics\":[\"latency.p95\"]")
            .replace(CHANNEL, "agent.metrics"),
        "subscribed");
    JsonNode metrics = client.nextMessage("metadata").body().get("metrics");
    assertThat(metrics).hasSize(1);
    assertThat(metrics.at("/latency.p95/unit").asText()).isEqualTo("ms");
    assertThat(metrics.at("/latency.p95/description").asText())
        .isEqualTo("95th percentile: Latency of calls");
    fixture()
        .hub()
        .publish(Metric.distribution("agent.metrics", "latency", Distribution.of(5), Tags.empty()));
    assertThat(client.nextMessage().text("name")).isEqualTo("latency.p95");
  }

  /** A name can be as secret as a value. */
  @Test
  default void subscribe_tagsClaim_describesOnlyNamesOfTheView() {
    fixture().serveWithTokens();
    describe("red.n", "s", "Of the red team");
    describe("blue.n", "s", "Of the blue team");
    fixture().hub().publish(Metric.gauge(CHANNEL, "red.n", 1, Tags.of("team", "red")));
    fixture().hub().publish(Metric.gauge(CHANNEL, "blue.n", 1, Tags.of("team", "blue")));
    WebSocketTestClient client =
        fixture()
            .connect(
                fixture().url("token=" + ContractTokens.withClaims(",\"tags\":{\"team\":\"red\"}")),
                b -> b);
    client.nextMessage("welcome");
    client.ask(subscribe(",\"metadata\":true"), "subscribed");
    assertThat(names(client.nextMessage())).containsExactly("red.n");
    describe("blue.n", "ms", "Of the blue team");
    describe("red.late", "s", "Of the red team, later");
    fixture().hub().publish(Metric.gauge(CHANNEL, "blue.late", 1, Tags.of("team", "blue")));
    fixture().hub().publish(Metric.gauge(CHANNEL, "red.late", 1, Tags.of("team", "red")));
    assertThat(names(client.nextMessage())).containsExactly("red.late");
    assertThat(client.nextMessage().values("red.late")).containsExactly(1.0);
  }

  @Test
  default void refresh_narrowerToken_describesOnlyNamesOfTheNarrowerView() {
    fixture().serveWithTokens();
    WebSocketTestClient client =
        fixture().connect(fixture().url("token=" + ContractTokens.valid()), b -> b);
    client.nextMessage("welcome");
    client.ask(subscribe(",\"metadata\":true"), "subscribed");
    String narrower = ContractTokens.withClaims(",\"tags\":{\"team\":\"red\"}");
    client.ask(
        "{\"type\":\"refresh_token\",\"data\":{\"token\":\"" + narrower + "\"}}",
        "token_refreshed");
    describe("blue.n", "s", "Of the blue team");
    describe("red.n", "s", "Of the red team");
    fixture().hub().publish(Metric.gauge(CHANNEL, "blue.n", 1, Tags.of("team", "blue")));
    fixture().hub().publish(Metric.gauge(CHANNEL, "red.n", 1, Tags.of("team", "red")));
    assertThat(names(client.nextMessage())).containsExactly("red.n");
    assertThat(client.nextMessage().values("red.n")).containsExactly(1.0);
  }

  @Test
  default void subscribe_manyDescriptions_areDividedIntoMessages() {
    fixture().serve();
    int count = 1_000;
    for (int i = 0; i < count; i++) {
      describe("n" + i, "s", "x".repeat(MetricDescription.MAX_DESCRIPTION_LENGTH));
    }
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(subscribe(",\"metadata\":true"), "subscribed");
    Set<String> described = new HashSet<>();
    while (described.size() < count) {
      List<String> names = names(client.nextMessage());
      assertThat(names).hasSizeLessThanOrEqualTo(128);
      described.addAll(names);
    }
    fixture().publish("n0", 1);
    assertThat(client.nextMessage().values("n0")).containsExactly(1.0);
  }

  @Test
  default void history_withMetadata_describesNamesOfThePage() {
    fixture().serve();
    describe("n", "By", "Bytes");
    describe("other", "s", "Seconds");
    fixture().publish("n", 1);
    fixture().publish("m", 1);
    WebSocketTestClient client = fixture().connectJdk();
    String history =
        "{\"type\":\"get_history\",\"data\":{\"channel\":\""
            + CHANNEL
            + "\",\"start_time\":\"2020-01-01T00:00:00Z\"%s}}";
    JsonNode page = client.ask(history.formatted(",\"metadata\":true"), "history").body();
    assertThat(page.get("metrics")).hasSize(2);
    assertThat(page.get("metadata")).hasSize(1);
    assertThat(page.at("/metadata/n/unit").asText()).isEqualTo("By");
    assertThat(client.ask(history.formatted(""), "history").body().has("metadata")).isFalse();
  }
}
