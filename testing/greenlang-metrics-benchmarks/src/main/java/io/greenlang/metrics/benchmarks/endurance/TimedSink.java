package io.greenlang.metrics.benchmarks.endurance;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.benchmarks.LatencyHistogram;
import java.util.Collection;

/** Sink that records how long each publication takes in the sink that it wraps. Thread-safe. */
final class TimedSink implements MetricSink {

  private final MetricSink sink;
  private LatencyHistogram latencies = new LatencyHistogram();

  TimedSink(MetricSink sink) {
    this.sink = sink;
  }

  @Override
  public void publish(Collection<Metric> metrics) {
    long startNanos = System.nanoTime();
    sink.publish(metrics);
    record((System.nanoTime() - startNanos) / 1000);
  }

  private synchronized void record(long micros) {
    latencies.record(micros);
  }

  /** Returns the latencies since the previous call. */
  synchronized LatencyHistogram drain() {
    LatencyHistogram drained = latencies;
    latencies = new LatencyHistogram();
    return drained;
  }
}
