package io.greenlang.metrics.testkit.transport.stream;

import static io.greenlang.metrics.testkit.transport.fixture.TransportFixture.CHANNEL;
import static io.greenlang.metrics.testkit.transport.fixture.TransportFixture.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.client.WebSocketTestClient;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.ResumingClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** History of a channel: paged queries, and replay followed by live data. */
public interface HistoryContract extends ContractPart {

  private static String history(String fields) {
    return "{\"type\":\"get_history\",\"id\":\"h\",\"data\":{\"channel\":\""
        + CHANNEL
        + "\",\"start_time\":\"2020-01-01T00:00:00Z\""
        + fields
        + "}}";
  }

  @ParameterizedTest
  @EnumSource
  default void history_allPages_containEveryPublication(Encoding encoding) {
    fixture().serve();
    for (int i = 1; i <= 250; i++) {
      fixture().publish("n", i);
    }
    WebSocketTestClient client = fixture().connectJdk();
    List<Double> values = new ArrayList<>();
    String cursor = "";
    boolean complete = false;
    while (!complete) {
      client.send(history(",\"limit\":100" + cursor), encoding);
      ReceivedMessage page = client.nextMessage();
      assertThat(page.type()).isEqualTo("history");
      assertThat(page.encoding()).isEqualTo(encoding);
      assertThat(page.text("id")).isEqualTo("h");
      assertThat(page.body().get("interval").isNull()).isTrue();
      values.addAll(page.values("n"));
      complete = page.body().get("complete").asBoolean();
      cursor = ",\"cursor\":\"" + page.text("cursor") + "\"";
    }
    List<Double> expected = new ArrayList<>();
    for (int i = 1; i <= 250; i++) {
      expected.add((double) i);
    }
    assertThat(values).isEqualTo(expected);
  }

  @Test
  default void history_restrictedToken_hidesOtherMetrics() {
    fixture().serveWithTokens();
    MetricsHub hub = fixture().hub();
    hub.publish(Metric.gauge(CHANNEL, "n", 1, Tags.of("team", "a")));
    hub.publish(Metric.gauge(CHANNEL, "n", 2, Tags.of("team", "b")));
    hub.publish(Metric.gauge("secret.metrics", "n", 3, Tags.empty()));
    String claims = ",\"channels\":[\"" + CHANNEL + "\"],\"tags\":{\"team\":\"b\"}";
    WebSocketTestClient client =
        fixture().connect(fixture().url("token=" + ContractTokens.withClaims(claims)), b -> b);
    client.nextMessage("welcome");

    assertThat(client.ask(history(""), "history").values("n")).containsExactly(2.0);
    assertThat(client.ask(history(",\"tags\":{\"team\":\"a\"}"), "history").values("n")).isEmpty();
    client.send(history("").replace(CHANNEL, "secret.metrics"));
    assertThat(client.nextMessage().text("code")).isEqualTo("UNKNOWN_CHANNEL");
    client.send(history("").replace(CHANNEL, "no.such"));
    assertThat(client.nextMessage().text("code")).isEqualTo("UNKNOWN_CHANNEL");
    client.ask(subscribe(",\"since\":\"2020-01-01T00:00:00Z\""), "subscribed");
    fixture().hub().publish(Metric.gauge(CHANNEL, "n", 4, Tags.of("team", "b")));
    assertThat(client.nextMessage().values("n")).containsExactly(2.0);
    assertThat(client.nextMessage().values("n")).containsExactly(4.0);
  }

  @Test
  default void history_retentionDisabled_returnsErrorAndLiveContinues() {
    fixture().useHub(MetricsHub.builder().retention(Retention.NONE).build());
    fixture().serve();
    WebSocketTestClient client = fixture().connectJdk();
    client.send(history(""));
    ReceivedMessage error = client.nextMessage();
    assertThat(error.text("code")).isEqualTo("HISTORY_UNAVAILABLE");
    assertThat(error.text("message")).isEqualTo("History error: this server keeps no history");
    client.ask(subscribe(",\"since\":\"2020-01-01T00:00:00Z\""), "subscribed");
    fixture().publish("n", 1);
    assertThat(client.nextMessage().values("n")).containsExactly(1.0);
  }

  @Test
  default void since_timestamp_replaysHistoryThenLive() {
    fixture().serve();
    fixture().publish("n", 1);
    fixture().publish("n", 2);
    WebSocketTestClient client = fixture().connectJdk();
    JsonNode reply =
        client
            .ask(subscribe(",\"resume\":true,\"since\":\"2020-01-01T00:00:00Z\""), "subscribed")
            .body();
    assertThat(reply.at("/positions/" + CHANNEL + "/recovered").asBoolean()).isTrue();
    fixture().publish("n", 3);

    for (int n = 1; n <= 3; n++) {
      ReceivedMessage message = client.nextMessage();
      assertThat(message.values("n")).containsExactly((double) n);
      assertThat(message.body().path("replayed").asBoolean()).isEqualTo(n < 3);
      assertThat(message.body().get("offset").asLong()).isEqualTo(n);
    }
  }

  @Test
  default void resume_withoutSince_reportsPositionWithoutRecovered() {
    fixture().serve();
    fixture().publish("n", 1);
    WebSocketTestClient client = fixture().connectJdk();
    ReceivedMessage reply = client.ask(subscribe(",\"resume\":true"), "subscribed");

    JsonNode position = reply.body().at("/positions/" + CHANNEL);
    assertThat(position.get("offset").asLong()).isEqualTo(1);
    assertThat(position.has("recovered")).isFalse();
  }

  @Test
  default void since_positionOfAnotherServer_isNotRecoveredAndLiveContinues() {
    fixture().serve();
    fixture().publish("n", 1);
    WebSocketTestClient client = fixture().connectJdk();
    String since = "{\"" + CHANNEL + "\":{\"epoch\":\"elsewhere\",\"offset\":0}}";
    ReceivedMessage reply =
        client.ask(subscribe(",\"resume\":true,\"since\":" + since), "subscribed");
    fixture().publish("n", 2);

    JsonNode position = reply.body().at("/positions/" + CHANNEL);
    assertThat(position.get("recovered").asBoolean()).isFalse();
    assertThat(position.get("offset").asLong()).isEqualTo(1);
    ReceivedMessage message = client.nextMessage();
    assertThat(message.values("n")).containsExactly(2.0);
    assertThat(message.body().has("replayed")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",\"batch\":true", ",\"compression\":true"})
  default void resume_afterRandomDisconnects_receivesEverythingOnceInOrder(String view)
      throws Exception {
    fixture().serve();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int seen = 0;
    Semaphore ahead = new Semaphore(300); // the metrics that may be underway
    AtomicBoolean done = new AtomicBoolean();
    Thread publisher =
        new Thread(
            () -> {
              for (int i = 1; !done.get(); i++) {
                fixture().publish("n", i);
                ahead.acquireUninterruptibly();
              }
            });
    ResumingClient client = new ResumingClient(fixture(), view);
    client.connect(); // before the first publication
    client.disconnect();
    publisher.start();
    try {
      for (int disconnect = 0; disconnect < 40; disconnect++) {
        assertThat(client.connect())
            .as("recovered, seed %d, disconnect %d", seed, disconnect)
            .isTrue();
        for (int remaining = random.nextInt(60); remaining > 0; remaining--) {
          for (double value : client.nextValues()) {
            assertThat(value).as("seed %d, disconnect %d", seed, disconnect).isEqualTo(++seen);
            ahead.release();
          }
        }
        client.disconnect();
      }
    } finally {
      done.set(true);
      ahead.release();
      publisher.join();
    }
  }

  @Test
  default void resume_windows_usesWindowPositions() {
    fixture().serve();
    WebSocketTestClient client = fixture().connectJdk();
    String view = ",\"aggregation_interval\":\"1s\",\"resume\":true";
    JsonNode first = client.ask(subscribe(view), "subscribed").body().at("/positions/" + CHANNEL);
    fixture().publish("n", 7);
    ReceivedMessage window = client.nextMessage();
    long start = Instant.parse(window.text("timestamp")).getEpochSecond();

    assertThat(window.body().get("offset").asLong()).isEqualTo(start);
    assertThat(first.get("epoch").asText()).endsWith(".1s");
    String since =
        ",\"since\":{\""
            + CHANNEL
            + "\":{\"epoch\":"
            + first.get("epoch")
            + ",\"offset\":"
            + first.get("offset")
            + "}}";
    WebSocketTestClient second = fixture().connectJdk();
    JsonNode resumed = second.ask(subscribe(view + since), "subscribed").body();
    assertThat(resumed.at("/positions/" + CHANNEL + "/recovered").asBoolean()).isTrue();
    ReceivedMessage replayed = second.nextMessage();
    assertThat(replayed.body().get("replayed").asBoolean()).isTrue();
    assertThat(replayed.body().get("offset").asLong()).isEqualTo(start);
    assertThat(replayed.values("n")).isEqualTo(window.values("n"));
  }
}
