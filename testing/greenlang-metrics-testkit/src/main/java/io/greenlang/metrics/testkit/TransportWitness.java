package io.greenlang.metrics.testkit;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A well-behaved control client that runs beside misbehaving ones. It checks that every metric it
 * subscribed to arrives once and in order. It publishes the metrics itself on its own thread, each
 * one after the previous one has arrived.
 */
final class TransportWitness implements AutoCloseable {

  /** Short enough to overlap with every input, long enough to leave CPU time for the others. */
  private static final long PERIOD_MILLIS = 2;

  private final TransportRig rig;
  private final RawWebSocket client;
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "witness"));
  private final AtomicInteger seen = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** Starts the check on a client that has received its welcome and has no subscription. */
  TransportWitness(TransportRig rig, RawWebSocket client) {
    this.rig = rig;
    this.client = client;
    client.ask(TransportRig.subscribe(",\"metrics\":[\"witness\"]"), "subscribed");
    scheduler.scheduleWithFixedDelay(this::publishNext, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Waits until {@code count} more metrics have arrived.
   *
   * @throws AssertionError if a metric was missing or the connection failed
   */
  void awaitMore(int count) {
    int target = seen.get() + count;
    TransportResources.await(() -> seen.get() >= target || failure.get() != null);
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new AssertionError("the control client was affected", thrown);
    }
  }

  /** Sends a pong as a sign of life, and waits for one more metric. */
  void speak() {
    client.send("{\"type\":\"pong\"}");
    awaitMore(1);
  }

  private void publishNext() {
    try {
      int expected = seen.get() + 1;
      rig.publish("witness", expected);
      TransportMessage message = client.message();
      while (message.type().equals("ping")) {
        message = client.message();
      }
      if (!message.values("witness").equals(List.of((double) expected))) {
        throw new AssertionError("expected metric " + expected + " but received " + message.body());
      }
      seen.set(expected);
    } catch (RuntimeException | Error e) {
      failure.set(e);
      throw e; // cancels the schedule
    }
  }

  @Override
  public void close() {
    scheduler.shutdown();
    TransportResources.await(scheduler::isTerminated);
  }
}
