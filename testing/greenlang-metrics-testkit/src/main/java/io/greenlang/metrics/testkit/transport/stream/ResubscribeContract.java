package io.greenlang.metrics.testkit.transport.stream;

import static io.greenlang.metrics.testkit.transport.fixture.TransportFixture.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.client.WebSocketTestClient;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * Resubscription: it replaces a view in place, without duplicates and without gaps. It ends a
 * replay that is in progress.
 */
public interface ResubscribeContract extends ContractPart {

  /** Views that all include the metric {@code n}, each in a different format. */
  List<String> VIEWS =
      List.of(
          "",
          ",\"compression\":true",
          ",\"batch\":true",
          ",\"format\":\"snapshot\"",
          ",\"batch\":true,\"compression\":true",
          ",\"metrics\":[\"n\"]",
          ",\"format\":\"snapshot\",\"compression\":true");

  @Test
  default void subscribe_repeatedlyWhilePublishing_deliversEachMetricOnce() throws Exception {
    fixture().serve();
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(subscribe(""), "subscribed");
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int seen = 0;
    Semaphore ahead = new Semaphore(50); // the metrics that may be underway
    AtomicBoolean done = new AtomicBoolean();
    Thread publisher =
        new Thread(
            () -> {
              for (int i = 1; !done.get(); i++) {
                fixture().publish("n", i);
                ahead.acquireUninterruptibly();
              }
            });
    publisher.start();
    try {
      for (int i = 0; i < 400; i++) {
        client.send(subscribe(VIEWS.get(random.nextInt(VIEWS.size()))));
        ReceivedMessage message = client.nextMessage();
        while (!message.type().equals("subscribed")) {
          for (double value : message.values("n")) {
            assertThat(value).as("seed %d, view %d", seed, i).isEqualTo(++seen);
            ahead.release();
          }
          message = client.nextMessage();
        }
      }
    } finally {
      done.set(true);
      ahead.release();
      publisher.join();
    }
    ResourceUsage.await(() -> fixture().hub().stats().feeds() == 1);
  }

  /** The client has not read the replay yet, so the server still sends it. */
  @Test
  default void subscribe_duringLongReplay_isAnsweredWithoutItsRest() {
    fixture().serve();
    int samples = 100_000;
    publishHistory(samples);
    RawWebSocket client = connectWithSmallBuffer();
    client.send(subscribe(",\"since\":\"2020-01-01T00:00:00Z\""));
    client.send(subscribe(",\"batch\":true"));
    client.send(subscribe(",\"metrics\":[\"n\"]"));

    client.nextMessage("subscribed");
    int replayed = 0;
    ReceivedMessage message = client.nextMessage();
    while (!message.type().equals("lagged")) {
      assertThat(message.body().path("replayed").asBoolean()).isTrue();
      replayed++;
      message = client.nextMessage();
    }
    assertThat(message.body().path("missed").isNull()).isTrue();
    assertThat(replayed).isLessThan(samples / 2);
    assertThat(client.nextMessage().type()).isEqualTo("subscribed");
    assertThat(client.nextMessage().type()).isEqualTo("subscribed");
    fixture().publish("n", 1);
    assertThat(client.nextMessage().values("n")).as("the new view").containsExactly(1.0);
  }

  @Test
  default void unsubscribe_duringLongReplay_isAnsweredAndEndsIt() {
    fixture().serve();
    int samples = 100_000;
    publishHistory(samples);
    RawWebSocket client = connectWithSmallBuffer();
    client.send(subscribe(",\"since\":\"2020-01-01T00:00:00Z\""));
    client.send("{\"type\":\"unsubscribe\",\"channels\":[\"*\"]}");
    client.nextMessage("subscribed");
    int replayed = 0;
    while (!client.nextMessage().type().equals("unsubscribed")) {
      replayed++;
    }
    assertThat(replayed).isLessThan(samples / 2);
    client.send("{\"type\":\"?\"}");
    assertThat(client.nextMessage().type()).as("nothing of the old view").isEqualTo("error");
  }

  private RawWebSocket connectWithSmallBuffer() {
    RawWebSocket client =
        fixture().closeAfterTest(RawWebSocket.connect(fixture().server().url(), 32 * 1024));
    client.upgrade();
    client.nextMessage("welcome");
    return client;
  }

  private void publishHistory(int samples) {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      metrics.add(Metric.gauge(TransportFixture.CHANNEL, "h" + i, i, Tags.empty()));
    }
    for (int i = 0; i < samples / 1_000; i++) {
      fixture().hub().publish(metrics);
    }
  }
}
