package io.greenlang.metrics.benchmarks;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * One publisher: gauges whose value is the time at which they are published, at a steady rate in
 * bursts. One that falls behind goes on without a pause and skips nothing, as the floor does, so
 * that a server which cannot keep up shows as too few deliveries and never as less load.
 */
public final class Publisher implements Runnable {

  /** What it publishes on. */
  public static final Channel CHANNEL = new Channel("bench.metrics");

  private static final long LONGEST_WAIT_NANOS = 100_000_000;

  private final MetricSink sink;
  private final int burst;
  private final boolean together;
  private final List<Tags> hosts = new ArrayList<>();
  private final long periodNanos;
  private final WallClock clock = new WallClock();

  private volatile long published;
  private volatile boolean stopped;

  /**
   * Makes a publisher.
   *
   * @param rate metrics a second
   * @param together whether a burst is one publication; else each of its metrics is
   * @param hostCount how many hosts have each metric of those, in the same publication; they differ
   *     by the tag {@code host}, which is {@code h0} and so on
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

  /** Publishes until it is told to {@link #stop}. */
  @Override
  public void run() {
    long next = System.nanoTime() + periodNanos;
    while (!stopped) {
      long wait = next - System.nanoTime();
      if (wait > 0) {
        LockSupport.parkNanos(Math.min(wait, LONGEST_WAIT_NANOS));
      } else {
        publishBurst();
        next += periodNanos;
      }
    }
  }

  /**
   * Ends it, within a moment. Not by an interrupt: where the sink is a container's own send, that
   * may swallow it, as Tomcat's does. Any thread.
   */
  public void stop() {
    stopped = true;
  }

  /** How many metrics so far, of each host. */
  public long published() {
    return published;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only this thread writes it
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
