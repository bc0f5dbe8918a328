package io.greenlang.metrics.testkit.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.client.WebSocketTestClient;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Rate limits: excessive commands are dropped, excessive metrics are replaced by the latest values,
 * and excessive connections are queued or rejected. The tests control the clock.
 */
public interface RateLimitContract extends ContractPart {

  /** A command without effect, which the server answers by the error {@code UNKNOWN_TYPE}. */
  String UNKNOWN_COMMAND = "{\"type\":\"?\"}";

  @Test
  default void messages_overLimit_areDroppedWithOneErrorPerSecond() {
    ManualClock clock = serve(b -> b.allowAnonymous().maxMessagesPerMinute(20));
    WebSocketTestClient client = fixture().connectJdk();
    for (int i = 0; i < 20; i++) {
      assertThat(client.ask(UNKNOWN_COMMAND, "error").text("code")).isEqualTo("UNKNOWN_TYPE");
    }
    for (int i = 0; i < 30; i++) {
      client.send(UNKNOWN_COMMAND);
    }
    ReceivedMessage error = client.nextMessage();
    assertThat(error.text("code")).isEqualTo("RATE_LIMITED");
    assertThat(error.text("message")).isEqualTo("Rate limit exceeded");
    ResourceUsage.await(() -> fixture().server().stats().messagesDropped() == 30);
    clock.advance(Duration.ofSeconds(3));
    assertThat(client.ask(UNKNOWN_COMMAND, "error").text("code"))
        .as("one message is allowed every three seconds, and all others caused a single error")
        .isEqualTo("UNKNOWN_TYPE");
    assertThat(client.ask(UNKNOWN_COMMAND, "error").text("code")).isEqualTo("RATE_LIMITED");
    assertThat(fixture().server().stats().connectedClients()).isEqualTo(1);
  }

  @Test
  default void history_priceAboveBudget_isRefusedUntilRetryAfter() {
    ManualClock clock = serve(b -> b.allowAnonymous().maxMessagesPerMinute(3));
    WebSocketTestClient client = fixture().connectJdk();
    String page =
        "{\"type\":\"get_history\",\"id\":\"h\",\"data\":{\"limit\":10000,\"channel\":\""
            + TransportFixture.CHANNEL
            + "\",\"start_time\":\"2020-01-01T00:00:00Z\"}}";
    sendCommands(client, 1);
    ReceivedMessage refusal = client.ask(page, "error");
    assertThat(refusal.text("code")).isEqualTo("RATE_LIMITED");
    assertThat(refusal.text("id")).isEqualTo("h");
    assertThat(refusal.body().get("retry_after").asInt()).isEqualTo(40);
    clock.advance(Duration.ofSeconds(40));
    assertThat(client.ask(page, "history").text("id")).isEqualTo("h");
  }

  @Test
  default void messages_afterReconnect_limitIsNotReset() {
    serve(b -> b.jwtSecret(ContractTokens.SECRET).maxMessagesPerMinute(50));
    for (int i = 0; i < 5; i++) {
      WebSocketTestClient client = connect(ContractTokens.valid());
      for (int j = 0; j < 10; j++) {
        assertThat(client.ask(UNKNOWN_COMMAND, "error").text("code")).isEqualTo("UNKNOWN_TYPE");
      }
      client.close();
    }
    assertThat(connect(ContractTokens.valid()).ask(UNKNOWN_COMMAND, "error").text("code"))
        .as("the 51st, on the sixth connection")
        .isEqualTo("RATE_LIMITED");
    assertThat(
            connect(ContractTokens.ofSubject("other")).ask(UNKNOWN_COMMAND, "error").text("code"))
        .isEqualTo("UNKNOWN_TYPE");
  }

  @Test
  default void messages_overLimitForThreeMinutes_closes4429() {
    ManualClock clock = serve(b -> b.allowAnonymous().maxMessagesPerMinute(20));
    WebSocketTestClient client = fixture().connectJdk();
    sendCommands(client, 20);
    for (int i = 0; i < 6; i++) {
      client.send(UNKNOWN_COMMAND);
      assertThat(client.nextMessage("error").text("code")).isEqualTo("RATE_LIMITED");
      clock.advance(Duration.ofSeconds(30));
      sendCommands(client, 10);
    }
    client.send(UNKNOWN_COMMAND);
    assertThat(client.nextMessage().text("code")).isEqualTo("RATE_LIMITED");
    assertThat(client.awaitCloseCode()).isEqualTo(4429);
  }

  @Test
  default void pongs_answeringPings_areNotCounted() {
    ManualClock clock =
        serve(
            b ->
                b.allowAnonymous()
                    .maxMessagesPerMinute(2)
                    .heartbeatInterval(Duration.ofSeconds(30)));
    WebSocketTestClient client = fixture().connectJdk();
    for (int i = 0; i < 6; i++) {
      clock.advance(Duration.ofMillis(30_100));
      client.nextMessage("ping");
      client.send("{\"type\":\"pong\"}");
      assertThat(client.ask(UNKNOWN_COMMAND, "error").text("code")).isEqualTo("UNKNOWN_TYPE");
    }
  }

  @Test
  default void metrics_overLimit_latestReplaceOlderOnes() {
    ManualClock clock = serve(b -> b.allowAnonymous().maxMessagesPerMinute(50));
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(TransportFixture.subscribe(""), "subscribed");
    for (int i = 1; i <= 500; i++) {
      fixture().publish("n", i);
    }
    for (int i = 1; i <= 50; i++) {
      assertThat(client.nextMessage().values("n")).containsExactly((double) i);
    }
    ReceivedMessage error = client.nextMessage();
    assertThat(error.text("message")).isEqualTo("Rate limit exceeded");
    assertThat(error.text("code")).isEqualTo("RATE_LIMITED");
    clock.advance(Duration.ofSeconds(6));
    ReceivedMessage lagged = client.nextMessage();
    assertThat(lagged.type()).isEqualTo("lagged");
    assertThat(lagged.body().get("missed").asInt()).isEqualTo(450);
    assertThat(client.nextMessage().values("n")).containsExactly(500.0);
    for (int i = 501; i <= 503; i++) {
      fixture().publish("n", i);
      assertThat(client.nextMessage().values("n")).containsExactly((double) i);
    }
    fixture().publish("n", 504);
    assertThat(client.ask(UNKNOWN_COMMAND, "error").text("code"))
        .as("no second error")
        .isEqualTo("UNKNOWN_TYPE");
    clock.advance(Duration.ofMinutes(1));
    ReceivedMessage next = client.nextMessage();
    if (next.type().equals("lagged")) { // absent if the minute ended before the server checked
      assertThat(next.body().get("missed").asInt()).isEqualTo(1);
      next = client.nextMessage();
    }
    assertThat(next.values("n")).containsExactly(504.0);
  }

  @Test
  default void metrics_batch_countsAsOneMessage() {
    serve(b -> b.allowAnonymous().maxMessagesPerMinute(50));
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(TransportFixture.subscribe(",\"batch\":true"), "subscribed");
    for (int i = 0; i < 40; i++) {
      List<Metric> metrics = new ArrayList<>();
      for (int j = 0; j < 50; j++) {
        metrics.add(Metric.gauge(TransportFixture.CHANNEL, "m" + j, i, Tags.empty()));
      }
      fixture().hub().publish(metrics);
      assertThat(client.nextMessage().body().get("metrics")).hasSize(50);
    }
  }

  @Test
  default void metrics_manyChannelsStartTogether_stayWithinLimit() {
    serve(b -> b.allowAnonymous().maxMessagesPerMinute(1000));
    for (int i = 0; i < 10; i++) {
      fixture().hub().publish(Metric.gauge("many" + i + ".metrics", "n", i, Tags.empty()));
    }
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(
        "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"*\"],\"latest\":true}}", "subscribed");
    for (int i = 0; i < 10; i++) {
      assertThat(client.nextMessage().text("name")).as("a metric, not an error").isEqualTo("n");
    }
  }

  @Test
  default void metrics_resubscribeWhileRateLimited_newViewTakesEffectImmediately() {
    ManualClock clock = serve(b -> b.allowAnonymous().maxMessagesPerMinute(10));
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(TransportFixture.subscribe(""), "subscribed");
    for (int i = 1; i <= 100; i++) {
      fixture().publish("n", i);
    }
    for (int i = 1; i <= 10; i++) {
      assertThat(client.nextMessage().values("n")).containsExactly((double) i);
    }
    assertThat(client.nextMessage().text("code")).isEqualTo("RATE_LIMITED");
    client.send(TransportFixture.subscribe(",\"batch\":true"));
    ReceivedMessage lagged = client.nextMessage();
    assertThat(lagged.body().path("missed").asInt()).isEqualTo(90);
    assertThat(client.nextMessage().type()).isEqualTo("subscribed");
    clock.advance(Duration.ofMinutes(1));
    fixture().publish("n", 101);
    assertThat(client.nextMessage().values("n")).containsExactly(101.0);
  }

  @Test
  default void connections_overLimitPerMinute_areRejectedWith429() {
    ManualClock clock = serve(b -> b.allowAnonymous().maxConnectionsPerMinute(5));
    String rejected = fixture().expectedOutcome("a connection over the per-minute limit", "429");
    for (int i = 0; i < 5; i++) {
      assertThat(connectionOutcome()).isEqualTo("welcome");
    }
    if (rejected.equals("close 1013")) {
      return; // no address is known without servlets, so nothing is limited: see configuration.md
    }
    assertThat(connectionOutcome()).isEqualTo(rejected);
    clock.advance(Duration.ofSeconds(12));
    assertThat(connectionOutcome()).isEqualTo("welcome");
    assertThat(connectionOutcome()).isEqualTo(rejected);
  }

  @Test
  default void connections_overLimitPerSecond_areQueuedOrRejected() {
    ManualClock clock = serve(b -> b.allowAnonymous().maxConnectionsPerSecond(2));
    String outcome = fixture().expectedOutcome("a connection over the per-second limit", "queued");
    boolean queued = outcome.equals("queued");
    assertThat(connectionOutcome()).isEqualTo("welcome");
    assertThat(connectionOutcome()).isEqualTo("welcome");
    assertThat(connectionOutcome()).isEqualTo(queued ? "welcome" : outcome);
    clock.advance(Duration.ofSeconds(1));
    assertThat(connectionOutcome()).as("one second later").isEqualTo("welcome");
    assertThat(fixture().server().stats().connectionsRefused()).isEqualTo(queued ? 0 : 1);
  }

  @Test
  default void connections_rejected_receiveRetryAfter() {
    serve(b -> b.allowAnonymous().maxConnectionsPerMinute(1));
    assertThat(connectionOutcome()).isEqualTo("welcome");
    if (fixture().expectedOutcome("a connection over the per-minute limit", "429").equals("429")) {
      RawHttpConnection.Response response = fixture().connectTcp().handshake();
      assertThat(response.status()).isEqualTo(429);
      assertThat(response.head()).containsPattern("retry-after: ([1-9]|10)\r\n");
    }
  }

  private String connectionOutcome() {
    RawWebSocket client = fixture().connectTcp();
    return ConnectionOutcome.handshakeOutcome(client, client.handshake());
  }

  private ManualClock serve(Consumer<MetricsWebSocketServerBuilder> settings) {
    ManualClock clock = new ManualClock(Instant.now());
    fixture().useHub(MetricsHub.builder().clock(clock).build());
    fixture().serve(settings);
    return clock;
  }

  private WebSocketTestClient connect(String token) {
    WebSocketTestClient client = fixture().connect(fixture().url("token=" + token), b -> b);
    client.nextMessage("welcome");
    return client;
  }

  private static void sendCommands(WebSocketTestClient client, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(client.ask(UNKNOWN_COMMAND, "error").text("code")).isEqualTo("UNKNOWN_TYPE");
    }
  }
}
