package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import java.util.ArrayList;
import java.util.List;

/**
 * A client that does not read until a test requests it. A channel that no other client subscribes
 * to fills its socket, so the other clients need not read that data.
 */
final class StalledClient {

  static final String FILLER = "filler.metrics";

  private static final int FILLER_METRICS = 4000;

  /** The publications in a row of which the socket takes nothing, after which it counts as full. */
  private static final int REFUSALS = 5;

  private final MetricsHub hub;
  private final ContractServer server;
  private final RawWebSocket client;
  private int last;

  /** Connects and subscribes a client, and appends its socket to {@code clients}. */
  StalledClient(
      MetricsHub hub, ContractServer server, List<RawWebSocket> clients, String subscribe) {
    this.hub = hub;
    this.server = server;
    this.client = RawWebSocket.connect(server.url(), 2048);
    clients.add(client);
    client.upgrade();
    client.ask(subscribe, "subscribed");
    client.ask(
        "{\"type\":\"subscribe\",\"data\":{\"batch\":true,\"channels\":[\"" + FILLER + "\"]}}",
        "subscribed");
  }

  /** Publishes until the server cannot write any more to this client, however slow it is. */
  void fillSocket() {
    int refusals = 0;
    while (refusals < REFUSALS) {
      long before = server.stats().bytesOut();
      publishFiller();
      awaitIoThreads();
      refusals = server.stats().bytesOut() > before ? 0 : refusals + 1;
    }
  }

  /**
   * Waits until each I/O thread has served a new connection. Before that, it has delivered earlier
   * publications, as far as the sockets had room. New connections go to the threads in turn.
   */
  private void awaitIoThreads() {
    for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
      try (RawWebSocket probe = RawWebSocket.connect(server.url())) {
        assertThat(probe.request("GET /health").status()).isEqualTo(200);
      }
    }
  }

  /** Publishes half a megabyte for this client alone. */
  void publishFiller() {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < FILLER_METRICS; i++) {
      metrics.add(Metric.gauge(FILLER, "filler.number." + i, i, Tags.empty()));
    }
    hub.publish(metrics);
  }

  /**
   * Reads up to the latest publication and checks that the counts add up. Each publication has one
   * metric per series, whose value is the publication's number.
   */
  void catchUp(int published, int series) {
    long received = 0;
    long missed = 0;
    long merged = 0;
    while (received + missed < (long) published * series || merged > 0) {
      ReceivedMessage message = next();
      if (message.type().equals("lagged")) {
        assertThat(merged).as("latest values that are still missing").isZero();
        assertThat(message.body().get("missed").asLong()).isPositive();
        missed += message.body().get("missed").asLong();
        merged = series;
      } else if (merged > 0) {
        merged--;
        last = message.body().get("value").asInt();
        assertThat(last * (long) series)
            .as("the latest value covers the missed publications")
            .isEqualTo(received + missed);
      } else {
        received++;
        last = message.body().get("value").asInt();
        assertThat(last).isEqualTo((received + missed + series - 1) / series);
      }
    }
    assertThat(missed).as("the client missed publications").isPositive();
    assertThat(received + missed).isEqualTo((long) published * series);
    assertThat(last).isEqualTo(published);
  }

  /** Reads up to the latest publication; none may be missed. */
  void readLive(int published, int series) {
    while (last < published) {
      last++;
      for (int i = 0; i < series; i++) {
        assertThat(next().values("m" + i)).containsExactly((double) last);
      }
    }
  }

  private ReceivedMessage next() {
    ReceivedMessage message = client.nextMessage();
    while (message.text("channel").equals(FILLER)) {
      message = client.nextMessage();
    }
    return message;
  }
}
