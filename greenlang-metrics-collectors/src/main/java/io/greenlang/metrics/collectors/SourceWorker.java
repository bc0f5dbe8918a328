package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.MetricsClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one source at a fixed rate and publishes what it yields, on a thread that does nothing
 * else. It outlives stops: each start makes a new {@link Run}.
 */
final class SourceWorker {

  private static final Logger LOG = LoggerFactory.getLogger(SourceWorker.class);

  /** What reads as hanging: longer than any reading that is worth its while. */
  static final Duration HANGING = Duration.ofSeconds(10);

  private final CheckedSource source;
  private final @Nullable Channel idlesWithout;
  private final MetricSink sink;
  private final Duration interval;
  private final MetricsClock clock;
  private final Pause pause;
  private final FailureLog failures;

  /** Of its own: the collector's watch writes it while the worker hangs. */
  private final FailureLog hangs;

  private final SourceTally tally;

  /**
   * Held by the run that may read the source. A source is promised one thread at a time, and one
   * that hung through a stop is still inside when the next run begins.
   */
  private final ReentrantLock turn = new ReentrantLock();

  SourceWorker(
      CheckedSource source,
      @Nullable Channel idlesWithout,
      MetricSink sink,
      Duration interval,
      MetricsClock clock,
      Pause pause,
      FailureLog.Output log) {
    this.source = source;
    this.idlesWithout = idlesWithout;
    this.sink = sink;
    this.interval = interval;
    this.clock = clock;
    this.pause = pause;
    this.failures = new FailureLog(log, clock);
    this.hangs = new FailureLog(log, clock);
    this.tally = new SourceTally(source.name(), clock);
  }

  SourceStats stats() {
    return tally.snapshot();
  }

  Run start() {
    Run run = new Run();
    run.thread.start();
    return run;
  }

  /** From one start to one stop. */
  final class Run {

    private final Thread thread =
        new Thread(null, this::run, "metric-collector-" + source.name(), 0, false);

    private volatile boolean stopping;

    private Run() {
      thread.setDaemon(true);
    }

    /** Asks the run to end, and does not wait. Any thread. */
    void stop() {
      stopping = true;
      thread.interrupt();
    }

    /** Reports a reading that does not end, with where it is. The collector's watch. */
    void reportHang() {
      if (hangs.isSilent()) {
        return; // asked first, so that how long it has taken is no older than the message
      }
      Duration reading = tally.snapshot().inProgress();
      if (reading.compareTo(HANGING) >= 0 && reading.compareTo(interval) >= 0) {
        IllegalStateException where = new IllegalStateException("it hangs here");
        where.setStackTrace(thread.getStackTrace());
        hangs.remind(
            "reading source \""
                + source.name()
                + "\" has taken "
                + reading.toSeconds()
                + " s so far",
            "other sources go on, and it is read again when it has returned",
            where);
      }
    }

    /** Waits until the run has ended, but not past {@code deadline} of the clock. */
    void awaitEnd(long deadline) {
      if (thread == Thread.currentThread()) {
        return; // a source or a sink that stops its own collector
      }
      try {
        long millis = Duration.ofNanos(deadline - clock.nanoTime()).toMillis();
        thread.join(Math.max(1, millis));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      if (thread.isAlive()) {
        LOG.warn(
            "source \"{}\" ignores the interrupt and is left behind on thread {}; what it returns"
                + " is discarded",
            source.name(),
            thread.getName());
      }
    }

    private void run() {
      try {
        turn.lockInterruptibly();
      } catch (InterruptedException stoppedBeforeItsTurn) {
        return;
      }
      try {
        FixedRate rate = new FixedRate(clock.nanoTime(), interval.toNanos());
        while (beginTick()) {
          tick();
          tally.skipped(rate.advance(clock.nanoTime()));
          awaitTick(rate.due());
        }
      } finally {
        turn.unlock();
      }
    }

    /** False when it is time to end. Clears an interrupt that a source left behind. */
    private boolean beginTick() {
      // In this order: stop() sets the flag before it interrupts, so its interrupt is either seen
      // here by its flag, or comes later and reaches the source.
      boolean unused = Thread.interrupted();
      return !stopping;
    }

    private void awaitTick(long due) {
      while (!stopping) {
        try {
          pause.until(due);
          return;
        } catch (InterruptedException e) {
          // Only stop() ends this thread, and it sets the flag first. An interrupt from anyone
          // else, such as a source that restored its status, must not end it silently.
          LOG.debug("source \"{}\" was interrupted between ticks", source.name());
        }
      }
    }

    private void tick() {
      if (isIdle()) {
        tally.idled();
        return;
      }
      List<Metric> metrics;
      tally.readingBegan();
      try {
        metrics = source.read();
      } catch (Throwable thrown) {
        // Errors too: a StackOverflowError or LinkageError of one source must not end its schedule.
        tally.readingEnded();
        fail("reading source \"" + source.name() + "\" failed", thrown);
        return;
      }
      tally.readingEnded();
      if (stopping) {
        return;
      }
      try {
        if (!metrics.isEmpty()) {
          sink.publish(metrics);
        }
        tally.published(metrics.size());
        reportDropped();
      } catch (Throwable thrown) {
        fail(
            "publishing " + metrics.size() + " metrics of source \"" + source.name() + "\" failed",
            thrown);
      }
    }

    private boolean isIdle() {
      try {
        return idlesWithout != null && !sink.isWatched(idlesWithout);
      } catch (RuntimeException e) {
        failures.log("asking whether anybody watches " + idlesWithout + " failed", e);
        return false;
      }
    }

    private void reportDropped() {
      int dropped = source.dropped();
      if (dropped > 0) {
        tally.dropped(dropped);
        failures.log(
            "source \"" + source.name() + "\" yields too much",
            dropped + " metrics beyond " + CheckedSource.MAX_METRICS + " are left out",
            new IllegalStateException("put fewer different values into tags"));
      }
    }

    private void fail(String what, Throwable thrown) {
      if (stopping) {
        LOG.debug("{} while it was being stopped", what, thrown);
        return;
      }
      tally.failed();
      failures.log(what, thrown);
    }
  }
}
