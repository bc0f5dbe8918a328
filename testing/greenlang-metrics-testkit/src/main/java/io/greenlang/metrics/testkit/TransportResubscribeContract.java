package io.greenlang.metrics.testkit;

import static io.greenlang.metrics.testkit.TransportRig.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Resubscription: it replaces a view in place, without duplicates and without gaps. */
interface TransportResubscribeContract extends TransportContractPart {

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
    rig().serve();
    WebSocketTestClient client = rig().client();
    client.ask(subscribe(""), "subscribed");
    long seed = System.nanoTime();
    Random random = new Random(seed);
    AtomicInteger seen = new AtomicInteger();
    AtomicBoolean done = new AtomicBoolean();
    Thread publisher =
        new Thread(
            () -> {
              for (int i = 1; !done.get(); i++) {
                rig().publish("n", i);
                while (i > seen.get() + 200 && !done.get()) {
                  Thread.onSpinWait();
                }
              }
            });
    publisher.start();
    try {
      for (int i = 0; i < 400; i++) {
        client.send(subscribe(VIEWS.get(random.nextInt(VIEWS.size()))));
        TransportMessage message = client.message();
        while (!message.type().equals("subscribed")) {
          for (double value : message.values("n")) {
            assertThat(value).as("seed %d, view %d", seed, i).isEqualTo(seen.incrementAndGet());
          }
          message = client.message();
        }
      }
    } finally {
      done.set(true);
      publisher.join();
    }
    TransportResources.await(() -> rig().hub().stats().feeds() == 1);
  }
}
