package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
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
interface TransportRateContract extends TransportContractPart {

  /** A command without effect, which the server answers by the error {@code UNKNOWN_TYPE}. */
  String ASK = "{\"type\":\"?\"}";

  @Test
  default void messages_overLimit_areDroppedWithOneErrorPerSecond() {
    ManualClock clock = serve(b -> b.allowAnonymous().maxMessagesPerMinute(20));
    WebSocketTestClient client = rig().client();
    for (int i = 0; i < 20; i++) {
      assertThat(client.ask(ASK, "error").text("code")).isEqualTo("UNKNOWN_TYPE");
    }
    for (int i = 0; i < 30; i++) {
      client.send(ASK);
    }
    TransportMessage error = client.message();
    assertThat(error.text("code")).isEqualTo("RATE_LIMITED");
    assertThat(error.text("message")).isEqualTo("Rate limit exceeded");
    TransportResources.await(() -> rig().server().stats().messagesDropped() == 30);
    clock.advance(Duration.ofSeconds(3));
    assertThat(client.ask(ASK, "error").text("code"))
        .as("one message is allowed every three seconds, and all others caused a single error")
        .isEqualTo("UNKNOWN_TYPE");
    assertThat(client.ask(ASK, "error").text("code")).isEqualTo("RATE_LIMITED");
    assertThat(rig().server().stats().connectedClients()).isEqualTo(1);
  }

  @Test
  default void messages_afterReconnect_limitIsNotReset() {
    serve(b -> b.jwtSecret(TransportTokens.SECRET).maxMessagesPerMinute(50));
    for (int i = 0; i < 5; i++) {
      WebSocketTestClient client = connect(TransportTokens.good());
      for (int j = 0; j < 10; j++) {
        assertThat(client.ask(ASK, "error").text("code")).isEqualTo("UNKNOWN_TYPE");
      }
      client.close();
    }
    assertThat(connect(TransportTokens.good()).ask(ASK, "error").text("code"))
        .as("the 51st, on the sixth connection")
        .isEqualTo("RATE_LIMITED");
    String claims = "{\"sub\":\"other\",\"exp\":" + TransportTokens.hourFromNow() + "}";
    assertThat(connect(TransportTokens.signed(claims)).ask(ASK, "error").text("code"))
        .isEqualTo("UNKNOWN_TYPE");
  }

  @Test
  default void messages_overLimitForThreeMinutes_closes4429() {
    ManualClock clock = serve(b -> b.allowAnonymous().maxMessagesPerMinute(20));
    WebSocketTestClient client = rig().client();
    sendCommands(client, 20);
    for (int i = 0; i < 6; i++) {
      client.send(ASK);
      assertThat(client.message("error").text("code")).isEqualTo("RATE_LIMITED");
      clock.advance(Duration.ofSeconds(30));
      sendCommands(client, 10);
    }
    client.send(ASK);
    assertThat(client.message().text("code")).isEqualTo("RATE_LIMITED");
    assertThat(client.closeCode()).isEqualTo(4429);
  }

  @Test
  default void pongs_answeringPings_areNotCounted() {
    ManualClock clock =
        serve(
            b ->
                b.allowAnonymous()
                    .maxMessagesPerMinute(2)
                    .heartbeatInterval(Duration.ofSeconds(30)));
    WebSocketTestClient client = rig().client();
    for (int i = 0; i < 6; i++) {
      clock.advance(Duration.ofMillis(30_100));
      client.message("ping");
      client.send("{\"type\":\"pong\"}");
      assertThat(client.ask(ASK, "error").text("code")).isEqualTo("UNKNOWN_TYPE");
    }
  }

  @Test
  default void metrics_overLimit_latestReplaceOlderOnes() {
    ManualClock clock = serve(b -> b.allowAnonymous().maxMessagesPerMinute(50));
    WebSocketTestClient client = rig().client();
    client.ask(TransportRig.subscribe(""), "subscribed");
    for (int i = 1; i <= 500; i++) {
      rig().publish("n", i);
    }
    for (int i = 1; i <= 50; i++) {
      assertThat(client.message().values("n")).containsExactly((double) i);
    }
    TransportMessage error = client.message();
    assertThat(error.text("message")).isEqualTo("Rate limit exceeded");
    assertThat(error.text("code")).isEqualTo("RATE_LIMITED");
    clock.advance(Duration.ofSeconds(6));
    TransportMessage lagged = client.message();
    assertThat(lagged.type()).isEqualTo("lagged");
    assertThat(lagged.body().get("missed").asInt()).isEqualTo(450);
    assertThat(client.message().values("n")).containsExactly(500.0);
    for (int i = 501; i <= 503; i++) {
      rig().publish("n", i);
      assertThat(client.message().values("n")).containsExactly((double) i);
    }
    rig().publish("n", 504);
    assertThat(client.ask(ASK, "error").text("code"))
        .as("no second error")
        .isEqualTo("UNKNOWN_TYPE");
    clock.advance(Duration.ofMinutes(1));
    TransportMessage next = client.message();
    if (next.type().equals("lagged")) { // absent if the minute ended before the server checked
      assertThat(next.body().get("missed").asInt()).isEqualTo(1);
      next = client.message();
    }
    assertThat(next.values("n")).containsExactly(504.0);
  }

  @Test
  default void metrics_batch_countsAsOneMessage() {
    serve(b -> b.allowAnonymous().maxMessagesPerMinute(50));
    WebSocketTestClient client = rig().client();
    client.ask(TransportRig.subscribe(",\"batch\":true"), "subscribed");
    for (int i = 0; i < 40; i++) {
      List<Metric> metrics = new ArrayList<>();
      for (int j = 0; j < 50; j++) {
        metrics.add(Metric.gauge(TransportRig.CHANNEL, "m" + j, i, Tags.empty()));
      }
      rig().hub().publish(metrics);
      assertThat(client.message().body().get("metrics")).hasSize(50);
    }
  }

  @Test
  default void metrics_manyChannelsStartTogether_stayWithinLimit() {
    serve(b -> b.allowAnonymous().maxMessagesPerMinute(1000));
    for (int i = 0; i < 10; i++) {
      rig().hub().publish(Metric.gauge("many" + i + ".metrics", "n", i, Tags.empty()));
    }
    WebSocketTestClient client = rig().client();
    client.ask(
        "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"*\"],\"latest\":true}}", "subscribed");
    for (int i = 0; i < 10; i++) {
      assertThat(client.message().text("name")).as("a metric, not an error").isEqualTo("n");
    }
  }

  @Test
  default void metrics_resubscribeWhileRateLimited_newViewTakesEffectImmediately() {
    ManualClock clock = serve(b -> b.allowAnonymous().maxMessagesPerMinute(10));
    WebSocketTestClient client = rig().client();
    client.ask(TransportRig.subscribe(""), "subscribed");
    for (int i = 1; i <= 100; i++) {
      rig().publish("n", i);
    }
    for (int i = 1; i <= 10; i++) {
      assertThat(client.message().values("n")).containsExactly((double) i);
    }
    assertThat(client.message().text("code")).isEqualTo("RATE_LIMITED");
    client.send(TransportRig.subscribe(",\"batch\":true"));
    TransportMessage lagged = client.message();
    assertThat(lagged.body().path("missed").asInt()).isEqualTo(90);
    assertThat(client.message().type()).isEqualTo("subscribed");
    clock.advance(Duration.ofMinutes(1));
    rig().publish("n", 101);
    assertThat(client.message().values("n")).containsExactly(101.0);
  }

  @Test
  default void connections_overLimitPerMinute_areRejectedWith429() {
    ManualClock clock = serve(b -> b.allowAnonymous().maxConnectionsPerMinute(5));
    String rejected = rig().expected("a connection too many", "429");
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
    String outcome = rig().expected("a connection too many in a second", "waits");
    boolean waits = outcome.equals("waits");
    assertThat(connectionOutcome()).isEqualTo("welcome");
    assertThat(connectionOutcome()).isEqualTo("welcome");
    assertThat(connectionOutcome()).isEqualTo(waits ? "welcome" : outcome);
    clock.advance(Duration.ofSeconds(1));
    assertThat(connectionOutcome()).as("one second later").isEqualTo("welcome");
    assertThat(rig().server().stats().connectionsRefused()).isEqualTo(waits ? 0 : 1);
  }

  @Test
  default void connections_rejected_receiveRetryAfter() {
    serve(b -> b.allowAnonymous().maxConnectionsPerMinute(1));
    assertThat(connectionOutcome()).isEqualTo("welcome");
    if (rig().expected("a connection too many", "429").equals("429")) {
      RawWebSocket.Response response = rig().tcp().handshake();
      assertThat(response.status()).isEqualTo(429);
      assertThat(response.head()).containsPattern("retry-after: ([1-9]|10)\r\n");
    }
  }

  private String connectionOutcome() {
    RawWebSocket client = rig().tcp();
    return TransportOutcome.ofHandshake(client, client.handshake());
  }

  private ManualClock serve(Consumer<MetricsWebSocketServer.Builder> settings) {
    ManualClock clock = new ManualClock(Instant.now());
    rig().use(MetricsHub.builder().clock(clock).build());
    rig().serve(settings);
    return clock;
  }

  private WebSocketTestClient connect(String token) {
    WebSocketTestClient client = rig().connect(rig().url("token=" + token), b -> b);
    client.message("welcome");
    return client;
  }

  private static void sendCommands(WebSocketTestClient client, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(client.ask(ASK, "error").text("code")).isEqualTo("UNKNOWN_TYPE");
    }
  }
}
