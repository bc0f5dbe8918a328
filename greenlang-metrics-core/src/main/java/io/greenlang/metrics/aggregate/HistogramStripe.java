package io.greenlang.metrics.aggregate;

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

  private volatile HistogramPhase open;
  private HistogramPhase closed;

  HistogramStripe(double unit) {
    open = new HistogramPhase(unit);
    closed = new HistogramPhase(unit);
  }

  void add(long amount) {
    HistogramPhase phase = enter();
    try {
      phase.add(amount);
    } finally {
      phase.inside.getAndDecrement();
    }
  }

  private HistogramPhase enter() {
    while (true) {
      HistogramPhase phase = open;
      phase.inside.getAndIncrement();
      if (phase == open) {
        return phase;
      }
      phase.inside.getAndDecrement();
    }
  }

  /**
   * Drains all observations into an aggregate. One thread at a time. Waits for writers that are
   * inside, which takes nanoseconds.
   */
  void drainTo(HistogramAggregate target) {
    HistogramPhase draining = open;
    open = closed;
    closed = draining;
    while (draining.inside.get() != 0) {
      LockSupport.parkNanos(1_000); // do not spin: the writer may be waiting for this processor
    }
    draining.drainTo(target);
  }
}
