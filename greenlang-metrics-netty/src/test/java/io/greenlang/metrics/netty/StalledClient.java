package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.RawWebSocket;
import io.greenlang.metrics.testkit.TransportMessage;
import io.greenlang.metrics.testkit.TransportServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A client that does not read until it is told to. What jams its socket comes on a channel that
 * nobody else subscribes to, so that the others need not read all that.
 */
final class StalledClient {

  static final String FILLER = "filler.metrics";

  private static final int FILLER_METRICS = 4000;

  private final MetricsHub hub;
  private final TransportServer server;
  private final RawWebSocket client;
  private int last;

  /** A subscribed client, which is put at the end of {@code clients}. */
  StalledClient(
      MetricsHub hub, TransportServer server, List<RawWebSocket> clients, String subscribe) {
    this.hub = hub;
    this.server = server;
    this.client = RawWebSocket.tcp(server.url(), 2048);
    clients.add(client);
    client.upgrade();
    client.ask(subscribe, "subscribed");
    client.ask(
        "{\"type\":\"subscribe\",\"data\":{\"batch\":true,\"channels\":[\"" + FILLER + "\"]}}",
        "subscribed");
  }

  /** Publishes until the server can write no more to this client. */
  void jam() {
    boolean taken = true;
    while (taken) {
      long before = server.stats().bytesOut();
      publishFiller();
      try {
        Awaitility.await()
            .atMost(Duration.ofMillis(300))
            .pollInterval(Duration.ofMillis(5))
            .until(() -> server.stats().bytesOut() > before);
      } catch (ConditionTimeoutException e) {
        taken = false;
      }
    }
  }

  /** Half a megabyte for this client alone. */
  void publishFiller() {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < FILLER_METRICS; i++) {
      metrics.add(Metric.gauge(FILLER, "filler.number." + i, i, Tags.empty()));
    }
    hub.publish(metrics);
  }

  /**
   * Reads up to the newest publication and checks that it all adds up: each publication has one
   * metric of each series, all with its number for a value.
   */
  void catchUp(int published, int series) {
    long oneByOne = 0;
    long missed = 0;
    long merged = 0;
    while (oneByOne + missed < (long) published * series || merged > 0) {
      TransportMessage message = next();
      if (message.type().equals("lagged")) {
        assertThat(merged).as("newest values still to come").isZero();
        assertThat(message.body().get("missed").asLong()).isPositive();
        missed += message.body().get("missed").asLong();
        merged = series;
      } else if (merged > 0) {
        merged--;
        last = message.body().get("value").asInt();
        assertThat(last * (long) series)
            .as("what stands for the missed")
            .isEqualTo(oneByOne + missed);
      } else {
        oneByOne++;
        last = message.body().get("value").asInt();
        assertThat(last).isEqualTo((oneByOne + missed + series - 1) / series);
      }
    }
    assertThat(missed).as("the socket was jammed").isPositive();
    assertThat(oneByOne + missed).isEqualTo((long) published * series);
    assertThat(last).isEqualTo(published);
  }

  /** Reads up to the newest publication, of which nothing may be missed. */
  void readLive(int published, int series) {
    while (last < published) {
      last++;
      for (int i = 0; i < series; i++) {
        assertThat(next().values("m" + i)).containsExactly((double) last);
      }
    }
  }

  private TransportMessage next() {
    TransportMessage message = client.message();
    while (message.text("channel").equals(FILLER)) {
      message = client.message();
    }
    return message;
  }
}
