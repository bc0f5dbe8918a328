package io.greenlang.metrics.testkit;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A client that behaves well while others do not: it gets every metric that it asked for, once and
 * in order, all the time. It publishes them itself, the next one when the last has arrived, on a
 * thread of its own.
 */
final class TransportWitness implements AutoCloseable {

  /** Fast enough to be in the midst of everything, slow enough to leave the machine to it. */
  private static final long PERIOD_MILLIS = 2;

  private final TransportRig rig;
  private final RawWebSocket client;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "witness"));
  private final AtomicInteger seen = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** Begins with a client that is welcomed and subscribed to nothing. */
  TransportWitness(TransportRig rig, RawWebSocket client) {
    this.rig = rig;
    this.client = client;
    client.ask(TransportRig.subscribe(",\"metrics\":[\"witness\"]"), "subscribed");
    thread.scheduleWithFixedDelay(this::step, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Waits until it has seen so many more metrics, and none was missing. */
  void awaitMore(int count) {
    int goal = seen.get() + count;
    TransportResources.await(() -> seen.get() >= goal || failure.get() != null);
    Throwable failed = failure.get();
    if (failed != null) {
      throw new AssertionError("the well-behaved client was hurt", failed);
    }
  }

  /** Gives a sign of life. */
  void speak() {
    client.send("{\"type\":\"pong\"}");
    awaitMore(1);
  }

  private void step() {
    try {
      int next = seen.get() + 1;
      rig.publish("witness", next);
      TransportMessage message = client.message();
      while (message.type().equals("ping")) {
        message = client.message();
      }
      if (!message.values("witness").equals(List.of((double) next))) {
        throw new AssertionError("instead of metric " + next + " came " + message.body());
      }
      seen.set(next);
    } catch (RuntimeException | Error e) {
      failure.set(e);
      throw e; // so that it is not called again
    }
  }

  @Override
  public void close() {
    thread.shutdown();
    TransportResources.await(thread::isTerminated);
  }
}
