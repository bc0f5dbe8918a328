package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.internal.schedule.HangDetector;
import io.greenlang.metrics.collectors.internal.schedule.SourceRunner;
import io.greenlang.metrics.hub.MetricsHub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Scheduler that collects from metric sources at a fixed rate and publishes their metrics.
 *
 * <pre>{@code
 * WorkflowRecorder workflows = WorkflowRecorder.create();
 * MetricCollector collector = MetricCollector.builder(hub)
 *     .standardSources()      // the host, this JVM, the cluster
 *     .source(workflows)
 *     .tag("env", "production")
 *     .build();
 * collector.start();
 * }</pre>
 *
 * <p>Each source runs on its own daemon thread: immediately when the collector starts, then at a
 * fixed rate. If a collection takes longer than the interval, the missed ticks are skipped and not
 * made up for.
 *
 * <p>If a source throws, the failure is counted, logged at most once per minute, and the source is
 * collected again at the next tick. A source that hangs does not delay the others. It shows in
 * {@link SourceStats#inProgress} and, after 10 seconds, its stack trace is logged once per minute.
 * At most 100,000 metrics of one collection are published. A source with a {@linkplain
 * MetricSource#demandChannel demand channel} is collected only while that channel has subscribers.
 *
 * <p>A metric without a timestamp gets the start time of its collection, so all metrics of a
 * collection agree. A metric without a {@code host} tag gets the name of this host. Thread-safe.
 */
public final class MetricCollector implements AutoCloseable {

  /** The total time for which {@link #stop} waits for sources that ignore an interrupt. */
  static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);

  private final List<SourceRunner> runners;
  private final MetricsClock clock;
  private final Duration hangCheckInterval;

  /** The hub that this collector created and closes; null if the application passed a sink. */
  private final @Nullable MetricsHub createdHub;

  /**
   * Guards the fields below. It is never held while a source runs or while waiting for a thread.
   */
  private final ReentrantLock lock = new ReentrantLock();

  /** One run per source while the collector is running, otherwise empty. */
  private List<SourceRunner.Run> runs = List.of();

  private @Nullable HangDetector hangDetector;

  private boolean closed;

  MetricCollector(
      List<SourceRunner> runners,
      MetricsClock clock,
      Duration hangCheckInterval,
      @Nullable MetricsHub createdHub) {
    this.runners = List.copyOf(runners);
    this.clock = clock;
    this.hangCheckInterval = hangCheckInterval;
    this.createdHub = createdHub;
  }

  /**
   * Returns a builder of a collector that publishes to {@code sink}, such as a {@link MetricsHub}.
   */
  public static MetricCollectorBuilder builder(MetricSink sink) {
    return new MetricCollectorBuilder(Objects.requireNonNull(sink, "sink"));
  }

  /**
   * Returns a builder of a collector for a process without a server. It publishes to Redis, where
   * servers receive its metrics. The address is {@link MetricCollectorBuilder#redisUrl} or, if that
   * is not set, {@code REDIS_URL}.
   */
  public static MetricCollectorBuilder builder() {
    return new MetricCollectorBuilder(null);
  }

  /**
   * Starts collecting and returns immediately. The first collection, which may be slow, runs on the
   * source's thread. Does nothing if the collector is already running. A collector can be started
   * again after {@link #stop}.
   */
  public void start() {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException(
            "the collector is closed; build a new one, or call stop() instead of close() to"
                + " restart");
      }
      if (runs.isEmpty()) {
        runs = startAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private List<SourceRunner.Run> startAll() {
    List<SourceRunner.Run> started = new ArrayList<>();
    try {
      for (SourceRunner runner : runners) {
        started.add(runner.start());
      }
      hangDetector = new HangDetector(started, hangCheckInterval);
    } catch (Throwable noThread) {
      // The machine is out of threads: start no source rather than some, so that stats() is
      // accurate.
      started.forEach(SourceRunner.Run::stop);
      throw noThread;
    }
    return started;
  }

  /**
   * Stops collecting. Interrupts the sources and waits at most one second in total for them to
   * return; anything that they return later is discarded. A source that keeps hanging retains its
   * daemon thread and, after a restart, is not collected until it has returned. Does nothing if the
   * collector is not running. If the calling thread is interrupted, this method returns immediately
   * with the interrupt status set.
   */
  public void stop() {
    List<SourceRunner.Run> endedRuns = detachRuns();
    endedRuns.forEach(SourceRunner.Run::stop);
    long deadline = clock.monotonicNanos() + STOP_TIMEOUT.toNanos();
    for (SourceRunner.Run run : endedRuns) {
      run.awaitTermination(deadline);
    }
  }

  private List<SourceRunner.Run> detachRuns() {
    lock.lock();
    try {
      List<SourceRunner.Run> current = runs;
      runs = List.of();
      if (hangDetector != null) {
        hangDetector.stop();
        hangDetector = null;
      }
      return current;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stops collecting permanently: a later {@link #start} throws. Also closes the hub if this
   * collector created it.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    stop();
    if (createdHub != null) {
      createdHub.close();
    }
  }

  /** Returns statistics since the collector was built, across all starts and stops. */
  public CollectorStats stats() {
    boolean running;
    lock.lock();
    try {
      running = !runs.isEmpty();
    } finally {
      lock.unlock();
    }
    return CollectorStats.aggregate(
        running, runners.stream().map(runner -> SourceStats.of(runner.counters())).toList());
  }
}
