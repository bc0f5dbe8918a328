package io.greenlang.metrics.testkit.transport.stream;

import static io.greenlang.metrics.testkit.transport.fixture.TransportFixture.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.client.WebSocketTestClient;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Resubscription: it replaces a view in place, without duplicates and without gaps. */
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
}
