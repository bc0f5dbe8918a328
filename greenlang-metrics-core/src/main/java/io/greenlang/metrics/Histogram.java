package io.greenlang.metrics;

/**
 * A histogram of a hub, into which an application records durations or sizes. At the end of each
 * interval, by default one second, the hub publishes the {@link Distribution} of the observations
 * of that interval as one sample. An interval without observations publishes nothing.
 *
 * <pre>{@code
 * Histogram latency = hub.histogram("http.metrics", "latency", Tags.of("route", "/orders"));
 * latency.record(elapsedMillis);
 * }</pre>
 *
 * <p>Any thread. Keep the histogram in a field: looking it up takes longer than recording.
 */
public interface Histogram extends AutoCloseable {

  /**
   * Records an observation. Takes no lock, never waits, and allocates nothing once the magnitudes
   * that occur were seen. NaN and infinities are ignored, counted and logged, because a measurement
   * must not fail the code that it measures.
   */
  void record(double observation);

  /**
   * Removes this histogram from its hub, after its observations were published at the end of the
   * current interval. Later observations are lost. All users of the histogram share it, so close it
   * only if its series has ended. Idempotent. A hub closes its histograms when it is closed.
   */
  @Override
  void close();
}
