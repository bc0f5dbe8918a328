package io.greenlang.metrics;

import java.time.Instant;
import java.util.Objects;

/**
 * The time at which a counter stood at zero, known to its source. A counter that restarts has a
 * later start, so that a restart is distinguished from samples that arrive out of order. Immutable.
 *
 * <p>This is the start time of a cumulative sum in OpenTelemetry, and {@code _created} in
 * OpenMetrics.
 *
 * @param time the time of the start, used with millisecond precision
 */
public record CounterStart(Instant time) implements SampleDetail {

  /** Validates the time. */
  public CounterStart {
    Objects.requireNonNull(time, "time");
  }
}
