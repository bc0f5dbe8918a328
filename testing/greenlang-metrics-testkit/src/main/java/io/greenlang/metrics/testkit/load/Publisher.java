package io.greenlang.metrics.testkit.load;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Publisher of gauges whose value is their publication time, at a steady rate in bursts. If it
 * falls behind, it continues without pausing and skips nothing, as the floor does. A server that
 * cannot keep up therefore shows as too few deliveries and never as less load.
 */
public final class Publisher implements Runnable {

  /** The channel on which metrics are published. */
  public static final Channel CHANNEL = new Channel("bench.metrics");

  private static final long MAX_WAIT_NANOS = 100_000_000;

  private final MetricSink sink;
  private final int burst;
  private final boolean together;
  private final List<Tags> hosts = new ArrayList<>();
  private final long periodNanos;
  private final WallClock clock = new WallClock();

  private volatile long published;
  private volatile boolean stopped;

  /**
   * Creates a publisher.
   *
   * @param rate metrics per second
   * @param together whether a burst is one publication; otherwise each of its metrics is
   * @param hostCount the number of hosts that have each metric, in the same publication; they
   *     differ by the tag {@code host}, which is {@code h0} and so on
   */
  public Publisher(MetricSink sink, double rate, int burst, boolean together, int hostCount) {
    this.sink = sink;
    this.burst = burst;
    this.together = together;
    this.periodNanos = (long) (1e9 * burst / rate);
    for (int i = 0; i < hostCount; i++) {
      hosts.add(Tags.of("env", "production", "host", "h" + i));
    }
  }

  /** Publishes until {@link #stop} is called. */
  @Override
  public void run() {
    long next = System.nanoTime() + periodNanos;
    while (!stopped) {
      long wait = next - System.nanoTime();
      if (wait > 0) {
        LockSupport.parkNanos(Math.min(wait, MAX_WAIT_NANOS));
      } else {
        publishBurst();
        next += periodNanos;
      }
    }
  }

  /**
   * Stops publishing shortly. It does not interrupt the thread: if the sink is a container's own
   * send, the container may swallow the interrupt, as Tomcat does. Thread-safe.
   */
  public void stop() {
    stopped = true;
  }

  /** Returns the number of metrics published so far, per host. */
  public long published() {
    return published;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // written by this thread only
  private void publishBurst() {
    if (together) {
      List<Metric> metrics = new ArrayList<>(burst * hosts.size());
      for (int i = 0; i < burst; i++) {
        addMetrics(metrics);
      }
      sink.publish(metrics);
    } else {
      for (int i = 0; i < burst; i++) {
        List<Metric> metrics = new ArrayList<>(hosts.size());
        addMetrics(metrics);
        sink.publish(metrics);
      }
    }
    published += burst;
  }

  private void addMetrics(List<Metric> metrics) {
    double now = clock.micros();
    for (Tags host : hosts) {
      metrics.add(Metric.gauge(CHANNEL, "bench.time", now, host));
    }
  }
}
