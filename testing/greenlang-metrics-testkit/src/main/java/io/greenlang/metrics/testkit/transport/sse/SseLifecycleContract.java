package io.greenlang.metrics.testkit.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.EventStreamClient;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The life of a stream: heartbeats, and its end. */
public interface SseLifecycleContract extends ContractPart {

  @Test
  default void heartbeat_manyIntervals_keepsQuietClient() {
    fixture().serve(builder -> builder.allowAnonymous().heartbeatInterval(Duration.ofSeconds(1)));
    EventStreamClient client = fixture().connectEventsSubscribed("");
    for (int i = 0; i < 4; i++) {
      EventStreamClient.Event heartbeat = client.next("comment");
      assertThat(heartbeat.data()).isEqualTo("heartbeat");
      assertThat(heartbeat.id()).isNull();
    }
    fixture().publish("n", 1);
    EventStreamClient.Event next = client.next();
    while (next != null && next.type().equals("comment")) {
      next = client.next();
    }
    assertThat(String.valueOf(next)).contains("\"value\":1");
  }

  @Test
  default void token_expires_streamEndsWithErrorAndClose() {
    Instant now = Instant.now();
    ManualClock clock = new ManualClock(now);
    fixture().useHub(MetricsHub.builder().clock(clock).build());
    fixture().serveWithTokens();
    String token = ContractTokens.expiring(now.plusSeconds(600), "");
    EventStreamClient client = fixture().connectEventsSubscribed("&token=" + token);
    clock.advance(Duration.ofSeconds(632));
    assertThat(client.next("error").message().text("code")).isEqualTo("TOKEN_EXPIRED");
    assertThat(client.next("close").data())
        .isEqualTo(
            "{\"type\":\"close\",\"code\":4401,\"reason\":\"invalid authentication token\"}");
    assertThat(client.next()).as("the stream ends").isNull();
  }

  @Test
  default void stop_endsStreamWithCloseAndRetry() {
    ContractServer server = fixture().serve();
    EventStreamClient client = fixture().connectEventsSubscribed("");
    server.stop();
    assertThat(client.next("close").message().body().path("code").asInt()).isIn(1001, 1012);
    assertThat(client.retryMillis()).isBetween(1_000L, 10_000L);
    assertThat(client.next()).as("the stream ends").isNull();
  }

  @Test
  default void disconnect_ofClient_endsSession() {
    ContractServer server = fixture().serve();
    EventStreamClient client = fixture().connectEventsSubscribed("");
    assertThat(server.stats().connectedClients()).isEqualTo(1);
    client.close();
    ResourceUsage.await(
        () -> {
          fixture().publish("n", 1); // some containers notice at the next write only
          return server.stats().connectedClients() == 0;
        });
    ResourceUsage.await(() -> server.stats().totalSubscriptions() == 0);
  }
}
