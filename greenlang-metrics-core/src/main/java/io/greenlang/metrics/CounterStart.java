package io.greenlang.metrics;

import java.time.Instant;
import java.util.Objects;

/**
 * The time at which a counter was zero, known to its source. A counter that restarts has a later
 * start, so that a restart is distinguished from samples that arrive out of order. Immutable.
 *
 * <p>This is the start time of a cumulative sum in OpenTelemetry, and {@code _created} in
 * OpenMetrics.
 *
 * @param time the time of the start, within the years 0 to 9999, used with millisecond precision
 */
public record CounterStart(Instant time) implements SampleDetail {

  /**
   * Validates the time.
   *
   * @throws IllegalArgumentException if the time is outside the years 0 to 9999
   */
  public CounterStart {
    Objects.requireNonNull(time, "time");
    if (!Metric.hasFourDigitYear(time)) {
      throw new IllegalArgumentException(
          "start of a counter must be within the years 0 to 9999, but is " + time);
    }
  }
}
