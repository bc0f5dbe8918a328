package io.greenlang.metrics.internal.sketch;

import java.util.concurrent.locks.LockSupport;

/**
 * A pair of phases that swap roles: writers add to one while the reader drains the other.
 *
 * <p>A writer registers as being inside a phase, then checks whether that phase is still the open
 * one. If not, it leaves without having written and tries the other phase. The reader opens the
 * other phase first, then waits until the old one has no writers inside. So no writer writes into a
 * phase that is being drained, whichever of the two acts first: it would have to see the old phase
 * open after the reader had closed it. A writer never waits for the reader. It retries at most once
 * per drain.
 */
final class HistogramStripe {

  private volatile HistogramBuffer open;
  private HistogramBuffer closed;

  HistogramStripe() {
    open = new HistogramBuffer();
    closed = new HistogramBuffer();
  }

  void add(double number) {
    HistogramBuffer phase = enter();
    try {
      phase.add(number);
    } finally {
      phase.activeWriters.getAndDecrement();
    }
  }

  private HistogramBuffer enter() {
    while (true) {
      HistogramBuffer phase = open;
      phase.activeWriters.getAndIncrement();
      if (phase == open) {
        return phase;
      }
      phase.activeWriters.getAndDecrement();
    }
  }

  /**
   * Drains all observations into a sink. One thread at a time. Waits for writers that are inside,
   * which takes nanoseconds.
   */
  void drainTo(ConcurrentHistogram.Sink sink) {
    HistogramBuffer draining = open;
    open = closed;
    closed = draining;
    while (draining.activeWriters.get() != 0) {
      LockSupport.parkNanos(1_000); // do not spin: the writer may be waiting for this processor
    }
    draining.drainTo(sink);
  }
}
