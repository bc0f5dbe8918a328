package io.greenlang.metrics.collectors.internal.schedule;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.internal.support.FailureLog;
import io.greenlang.metrics.internal.util.NamedThreads;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runner that collects from one source at a fixed rate and publishes its metrics, on a dedicated
 * thread. It outlives stops: each start creates a new {@link Run}.
 */
public final class SourceRunner {

  private static final Logger log = LoggerFactory.getLogger(SourceRunner.class);

  /** A collection that takes longer than this counts as hanging: no useful collection is slower. */
  static final Duration HANG_THRESHOLD = Duration.ofSeconds(10);

  /**
   * Strategy by which a runner waits for its next tick. Tests wait for a clock that they advance
   * themselves.
   */
  @FunctionalInterface
  public interface Sleeper {

    /** Blocks until the clock reaches {@code dueNanos} of monotonic time. */
    void sleepUntil(long dueNanos) throws InterruptedException;

    /** Returns a strategy that sleeps until {@code clock} has reached the time. */
    static Sleeper withClock(MetricsClock clock) {
      return dueNanos -> {
        for (long remaining = dueNanos - clock.monotonicNanos();
            remaining > 0;
            remaining = dueNanos - clock.monotonicNanos()) {
          TimeUnit.NANOSECONDS.sleep(remaining);
        }
      };
    }
  }

  /**
   * The surroundings that all runners of a collector share.
   *
   * @param sink the destination of the metrics
   * @param failureOutput the destination of log messages about failures
   */
  public record Context(
      MetricSink sink, MetricsClock clock, Sleeper sleeper, FailureLog.Output failureOutput) {}

  private final ValidatedSource source;
  private final MetricSink sink;
  private final Duration interval;
  private final MetricsClock clock;
  private final Sleeper sleeper;
  private final FailureLog failures;

  /**
   * Log for hangs. It is separate, because the collector's watchdog writes it while the source
   * hangs.
   */
  private final FailureLog hangs;

  private final SourceCounters counters;

  /**
   * Held by the run that may use the source. A source is called by one thread at a time, and a
   * collection that hung through a stop may still be running when the next run starts.
   */
  private final ReentrantLock sourceLock = new ReentrantLock();

  /** Creates a runner that collects from {@code source} at each {@code interval}. */
  public SourceRunner(ValidatedSource source, Duration interval, Context context) {
    this.source = source;
    this.interval = interval;
    this.sink = context.sink;
    this.clock = context.clock;
    this.sleeper = context.sleeper;
    this.failures = new FailureLog(context.failureOutput, clock);
    this.hangs = new FailureLog(context.failureOutput, clock);
    this.counters = new SourceCounters(source.name(), clock);
  }

  /** Returns the counters across all runs. */
  public SourceCounters.Snapshot counters() {
    return counters.snapshot();
  }

  /** Starts collecting on a new thread. */
  public Run start() {
    Run run = new Run();
    run.thread.start();
    return run;
  }

  /** The period from one start to the next stop. */
  public final class Run {

    private final Thread thread =
        NamedThreads.create("metric-collector-" + source.name(), this::run);

    private volatile boolean stopping;

    private Run() {}

    /** Requests the run to end, without waiting. Thread-safe. */
    public void stop() {
      stopping = true;
      thread.interrupt();
    }

    /**
     * Logs a collection that does not end, with its stack trace. Called by the collector's
     * watchdog.
     */
    void reportHang() {
      if (hangs.isSuppressed()) {
        return; // checked first, so that the logged duration is no older than the message
      }
      Duration elapsed = counters.snapshot().inProgress();
      if (elapsed.compareTo(HANG_THRESHOLD) >= 0) {
        hangs.logOngoing(
            "Source \"" + source.name() + "\" has not returned for " + elapsed.toSeconds() + " s",
            "other sources are unaffected; collecting again once it returns",
            location());
      }
    }

    private Throwable location() {
      Throwable location = new IllegalStateException("stack trace of the hanging source");
      location.setStackTrace(thread.getStackTrace());
      return location;
    }

    /** Waits until the run has ended, but not beyond {@code deadline}, in monotonic nanoseconds. */
    public void awaitTermination(long deadline) {
      if (thread == Thread.currentThread()) {
        return; // a source or a sink is stopping its own collector
      }
      try {
        long millis = Duration.ofNanos(deadline - clock.monotonicNanos()).toMillis();
        thread.join(Math.max(1, millis));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      if (thread.isAlive()) {
        reportStillRunning();
      }
    }

    /** Reports a hang. A source that is only slow, such as one that is being opened, is none. */
    private void reportStillRunning() {
      String message =
          "Source \"{}\" still runs on thread {} after the stop; discarding its result";
      if (counters.snapshot().inProgress().compareTo(HANG_THRESHOLD) >= 0) {
        log.warn(message, source.name(), thread.getName());
      } else {
        log.debug(message, source.name(), thread.getName());
      }
    }

    private void run() {
      try {
        sourceLock.lockInterruptibly();
      } catch (InterruptedException stoppedBeforeStart) {
        return;
      }
      try {
        FixedRate rate = new FixedRate(clock.monotonicNanos(), interval.toNanos());
        while (beginTick()) {
          tick();
          counters.recordSkipped(rate.advance(clock.monotonicNanos()));
          awaitTick(rate.due());
        }
      } finally {
        sourceLock.unlock();
      }
    }

    /** Returns false if the run must end. Clears an interrupt that a source left behind. */
    private boolean beginTick() {
      // The order matters. stop() sets the flag before it interrupts, so its interrupt is either
      // noticed here through the flag, or arrives later and reaches the source.
      boolean unused = Thread.interrupted();
      return !stopping;
    }

    private void awaitTick(long due) {
      while (!stopping) {
        try {
          sleeper.sleepUntil(due);
          return;
        } catch (InterruptedException e) {
          // Only stop() ends this thread, and it sets the flag first. An interrupt of another
          // origin, such as a source that restored its status, must not end the thread silently.
          log.debug("Ignored an interrupt of source \"{}\" between ticks", source.name());
        }
      }
    }

    private void tick() {
      if (isIdle()) {
        counters.recordIdleTick();
        return;
      }
      @Nullable List<Metric> metrics = collect();
      if (metrics != null && !stopping) {
        publish(metrics);
      }
    }

    /** Returns the metrics; null if the source failed. */
    private @Nullable List<Metric> collect() {
      counters.collectionStarted();
      try {
        List<Metric> metrics = source.collect();
        counters.collectionEnded();
        return metrics;
      } catch (Throwable thrown) {
        // Errors too: a StackOverflowError or LinkageError in one source must not end its schedule.
        counters.collectionEnded();
        fail("Failed to collect from source \"" + source.name() + "\"", thrown);
        return null;
      }
    }

    /** Passes new descriptions on. A failure must not keep the metrics from being published. */
    private void describe() {
      try {
        @Nullable Collection<MetricDescription> descriptions = source.newDescriptions();
        if (descriptions != null) {
          sink.describe(descriptions);
        }
      } catch (Throwable thrown) {
        fail("Failed to describe the metrics of source \"" + source.name() + "\"", thrown);
      }
    }

    private void publish(List<Metric> metrics) {
      describe();
      try {
        if (!metrics.isEmpty()) {
          sink.publish(metrics);
        }
        counters.recordPublished(metrics.size());
        reportDropped();
        reportRejected();
      } catch (Throwable thrown) {
        fail(
            "Failed to publish " + metrics.size() + " metrics of source \"" + source.name() + "\"",
            thrown);
      }
    }

    private boolean isIdle() {
      @Nullable Channel demandChannel = source.demandChannel();
      try {
        return demandChannel != null && !sink.isWatched(demandChannel);
      } catch (RuntimeException | Error e) {
        failures.log("Failed to check for subscribers of " + demandChannel, e);
        return false;
      }
    }

    private void reportDropped() {
      int dropped = source.droppedMetrics();
      if (dropped > 0) {
        counters.recordDropped(dropped);
        failures.log(
            "Source \"" + source.name() + "\" returned too many metrics",
            "discarding " + dropped + " beyond the limit of " + ValidatedSource.MAX_METRICS,
            new IllegalStateException("reduce the number of distinct tag values"));
      }
    }

    private void reportRejected() {
      @Nullable IllegalArgumentException rejection = source.rejection();
      if (rejection != null) {
        counters.recordDropped(source.rejectedMetrics());
        failures.log(
            "Source \"" + source.name() + "\" returned metrics with too many tags",
            "discarding " + source.rejectedMetrics() + " of them",
            rejection);
      }
    }

    private void fail(String problem, Throwable thrown) {
      if (stopping) {
        log.debug("{} while stopping", problem, thrown);
        return;
      }
      counters.recordFailure();
      failures.log(problem, thrown);
    }
  }
}
