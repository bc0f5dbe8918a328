package io.greenlang.metrics.testkit.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The latencies of one measurement, in milliseconds. Thread-safe. */
final class LatencyRecorder {

  private final List<Double> millis = new ArrayList<>();

  /** Starts a measurement: discards the latencies recorded so far. */
  synchronized void start() {
    millis.clear();
  }

  /** Records a latency. */
  synchronized void add(double latencyMillis) {
    millis.add(latencyMillis);
  }

  /** Returns the number of latencies since the start of the measurement. */
  synchronized int count() {
    return millis.size();
  }

  /** Returns the longest latency since the start of the measurement; 0 if there is none. */
  synchronized double maxMillis() {
    return millis.stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }

  /** Returns the 99th percentile of the latencies since the start of the measurement. */
  double p99Millis() {
    List<Double> sorted;
    synchronized (this) {
      sorted = new ArrayList<>(millis);
    }
    assertThat(sorted).as("latencies of the measurement").isNotEmpty();
    Collections.sort(sorted);
    return sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1);
  }
}
