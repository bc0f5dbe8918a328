package io.greenlang.metrics.testkit.security;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.Tags;
import java.time.Duration;
import java.util.List;

/**
 * A publisher at a steady rate, for a {@link Witness}. Each publication has its number and the time
 * of {@link System#nanoTime}, which all processes of a Linux machine share. It publishes on its own
 * thread, whatever happens to the server, and retries a publication that failed.
 */
public final class SteadyPublisher implements AutoCloseable {

  /** The channel on which it publishes, which only witnesses read. */
  public static final Channel CHANNEL = new Channel("witness.metrics");

  static final String SEQUENCE = "sequence";
  static final String SENT = "sent.micros";

  private final MetricSink sink;
  private final long periodNanos;
  private final Thread thread = new Thread(this::run, "steady-publisher");
  private volatile long published;
  private volatile long failures;
  private volatile boolean closed;

  private SteadyPublisher(MetricSink sink, Duration period) {
    this.sink = sink;
    this.periodNanos = period.toNanos();
  }

  /** Starts a publisher. */
  public static SteadyPublisher start(MetricSink sink, Duration period) {
    SteadyPublisher publisher = new SteadyPublisher(sink, period);
    publisher.thread.setDaemon(true);
    publisher.thread.start();
    return publisher;
  }

  /** Returns the number of the last publication. */
  public long published() {
    return published;
  }

  /** Returns how many publications threw and were repeated. */
  public long failures() {
    return failures;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // written by this thread only
  private void run() {
    Pace pace = new Pace(periodNanos);
    for (pace.awaitNext(); !closed; pace.awaitNext()) {
      if (publish(published + 1)) {
        published++;
      }
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate")
  private boolean publish(long number) {
    try {
      sink.publish(
          List.of(
              Metric.gauge(CHANNEL, SEQUENCE, (double) number, Tags.empty()),
              Metric.gauge(CHANNEL, SENT, System.nanoTime() / 1000.0, Tags.empty())));
      return true;
    } catch (RuntimeException | Error e) {
      failures++; // the test decides how many are acceptable
      return false;
    }
  }

  /** Stops publishing. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
