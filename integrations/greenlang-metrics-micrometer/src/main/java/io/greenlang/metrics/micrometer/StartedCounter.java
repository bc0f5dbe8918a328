package io.greenlang.metrics.micrometer;

import io.greenlang.metrics.CounterStart;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.cumulative.CumulativeCounter;
import java.time.Instant;

/** A counter that knows when it was zero, so that its first increments count. Thread-safe. */
final class StartedCounter extends CumulativeCounter {

  private final CounterStart start;

  StartedCounter(Id id, Clock clock) {
    super(id);
    this.start = new CounterStart(Instant.ofEpochMilli(clock.wallTime()));
  }

  CounterStart start() {
    return start;
  }
}
