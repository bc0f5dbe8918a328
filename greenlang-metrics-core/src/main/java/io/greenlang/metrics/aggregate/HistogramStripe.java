package io.greenlang.metrics.aggregate;

import java.util.concurrent.locks.LockSupport;

/**
 * Two phases in turn: writers add to the one while the reader empties the other.
 *
 * <p>A writer says that it is inside a phase, then looks whether that is still the open one; if
 * not, it leaves without having written, and goes to the other. The reader opens the other phase
 * first, then waits until nobody is inside. Whichever of the two comes first, no writer writes into
 * what is being read: it would have to see the old phase open after the reader had closed it. A
 * writer never waits for the reader; it turns back at most once for each time that the reader comes
 * by.
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

  /** One thread at a time. Waits for writers that are inside, which takes nanoseconds. */
  void drainTo(HistogramAggregate target) {
    HistogramPhase full = open;
    open = closed;
    closed = full;
    while (full.inside.get() != 0) {
      LockSupport.parkNanos(1_000); // and not spin: the writer may be waiting for this processor
    }
    full.drainTo(target);
  }
}
