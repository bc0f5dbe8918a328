package io.greenlang.metrics.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Meters that were removed since the last collection and may have counted something after it. Their
 * last samples belong to the next collection, after which their series have ended. Holds at most
 * {@value #CAPACITY} meters; the last samples of further ones are lost. Thread-safe.
 */
final class RemovedMeters {

  static final int CAPACITY = 10_000;

  private final BlockingQueue<Meter> meters = new LinkedBlockingQueue<>(CAPACITY);
  private volatile boolean closed;

  /** Adds a meter if it counts. The last level of a gauge is of no use. */
  void add(Meter meter) {
    if (!closed && (meter instanceof Counter || isDrained(meter))) {
      meters.offer(meter);
      discardIfClosed();
    }
  }

  /** Discards all meters, those that are added later too. */
  void close() {
    closed = true;
    discardIfClosed();
  }

  /** Discards a meter that was added while another thread closed the queue. */
  private void discardIfClosed() {
    if (closed) {
      meters.clear();
    }
  }

  private static boolean isDrained(Meter meter) {
    return meter instanceof MergeableMeter && !(meter instanceof SketchLongTaskTimer);
  }

  /** Passes all meters on and removes them. */
  void drain(Consumer<Meter> consumer) {
    for (Meter meter = meters.poll(); meter != null; meter = meters.poll()) {
      consumer.accept(meter);
    }
  }
}
