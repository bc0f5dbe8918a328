package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collect.MetricSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs sources on a schedule and publishes what they read.
 *
 * <pre>{@code
 * try (MetricCollector collector = MetricCollector.builder(hub).tag("env", "production").build()) {
 *   collector.start();
 *   ...
 * }
 * }</pre>
 *
 * <p>Each source is read on a daemon thread of its own: at once when the collector starts, then at
 * a fixed rate. A reading that takes longer than the interval skips the ticks it missed; they are
 * not made up for. A source that throws is counted, logged at most once a minute, and read again at
 * the next tick; one that hangs delays nobody else and shows in {@link SourceStats#inProgress}.
 *
 * <p>A metric without a time gets the moment when its reading began, so all of one collection
 * agree. Any thread may call any method.
 */
public final class MetricCollector implements AutoCloseable {

  /** How long {@link #stop} waits, all in all, for sources that do not heed an interrupt. */
  static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);

  private final List<SourceWorker> workers;
  private final MetricsClock clock;

  /** Guards the two fields below; never held while a source runs or a thread is awaited. */
  private final ReentrantLock lock = new ReentrantLock();

  /** One for each worker while the collector runs, otherwise empty. */
  private List<SourceWorker.Run> runs = List.of();

  private boolean closed;

  private MetricCollector(List<SourceWorker> workers, MetricsClock clock) {
    this.workers = List.copyOf(workers);
    this.clock = clock;
  }

  /** A collector that publishes to {@code sink}, such as the hub. */
  public static Builder builder(MetricSink sink) {
    return new Builder(sink);
  }

  /**
   * Starts to collect, and returns at once: the first reading, which may be slow, happens on the
   * source's thread. Does nothing if the collector runs already. May follow {@link #stop}.
   *
   * @throws IllegalStateException if the collector is closed
   */
  public void start() {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException(
            "the collector is closed; build another one, or use stop() where it shall start again");
      }
      if (runs.isEmpty()) {
        runs = startAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private List<SourceWorker.Run> startAll() {
    List<SourceWorker.Run> started = new ArrayList<>();
    try {
      for (SourceWorker worker : workers) {
        started.add(worker.start());
      }
    } catch (Throwable noThread) {
      // The machine is out of threads: none rather than some, so that stats() tells the truth.
      started.forEach(SourceWorker.Run::stop);
      throw noThread;
    }
    return started;
  }

  /**
   * Stops collecting: interrupts the sources and waits for them, for one second at most. What a
   * source returns after that is discarded. A source that hangs on keeps its daemon thread, and
   * after a new start is not read until it has returned. Does nothing if the collector does not
   * run. If the calling thread is interrupted, this returns at once with the interrupt status set.
   */
  public void stop() {
    List<SourceWorker.Run> stopping;
    lock.lock();
    try {
      stopping = runs;
      runs = List.of();
    } finally {
      lock.unlock();
    }
    stopping.forEach(SourceWorker.Run::stop);
    long deadline = clock.nanoTime() + STOP_TIMEOUT.toNanos();
    for (SourceWorker.Run run : stopping) {
      run.awaitEnd(deadline);
    }
  }

  /** Stops for good: {@link #start} is refused from now on. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    stop();
  }

  /** What has been collected since the collector was built, through all starts and stops. */
  public CollectorStats stats() {
    boolean running;
    lock.lock();
    try {
      running = !runs.isEmpty();
    } finally {
      lock.unlock();
    }
    return CollectorStats.of(running, workers.stream().map(SourceWorker::stats).toList());
  }

  /** Not safe for use by several threads. */
  public static final class Builder {

    private final MetricSink sink;
    private final List<MetricSource> sources = new ArrayList<>();
    private @Nullable Duration interval;
    private Tags tags = Tags.empty();
    private MetricsClock clock = MetricsClock.system();
    private Settings settings = Settings.ofThisProcess();
    private @Nullable Pause pause;
    private FailureLog.Output log = FailureLog.SLF4J;

    private Builder(MetricSink sink) {
      this.sink = Objects.requireNonNull(sink, "sink");
    }

    /**
     * How often each source is read: 100 ms to 1 day. When not set, the system property or else the
     * environment variable {@code METRIC_COLLECTION_INTERVAL}, in seconds, such as {@code 5} or
     * {@code 0.5}; when that is not set either, 1 second.
     */
    public Builder interval(Duration interval) {
      this.interval = Objects.requireNonNull(interval, "interval");
      return this;
    }

    /**
     * Adds a source; its name tells it from the others. A collector without any reads the host,
     * with a {@link SystemMetricSource}; add that too if both are wanted.
     */
    public Builder source(MetricSource source) {
      sources.add(Objects.requireNonNull(source, "source"));
      return this;
    }

    /** Adds one tag; see {@link #tags}. */
    public Builder tag(String key, String value) {
      tags = tags.and(key, value);
      return this;
    }

    /**
     * Adds tags, which every metric of every source gets, such as {@code env=production}. Where a
     * metric has a tag of that key itself, its own stays. For the system source that is used when
     * none is added, {@code host} overrides the name of the host.
     *
     * @throws IllegalArgumentException if there are more than {@link Tags#MAX_TAGS}
     */
    public Builder tags(Tags more) {
      more.forEach(this::tag);
      return this;
    }

    /** The time that schedules, durations and timestamps follow; the machine's when not set. */
    public Builder clock(MetricsClock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /** For tests: where the interval is looked up when it is not set. */
    Builder settings(Settings settings) {
      this.settings = settings;
      return this;
    }

    /** For tests: how a worker waits for its next tick. */
    Builder pause(Pause pause) {
      this.pause = pause;
      return this;
    }

    /** For tests: where failures are logged. */
    Builder log(FailureLog.Output log) {
      this.log = log;
      return this;
    }

    /**
     * The collector, not yet started.
     *
     * @throws IllegalArgumentException if the interval is out of range, {@code
     *     METRIC_COLLECTION_INTERVAL} is needed and is no such number, or a source has no name or
     *     the name of another
     */
    public MetricCollector build() {
      Duration every = interval == null ? CollectionInterval.from(settings) : interval;
      CollectionInterval.require(every);
      Pause waiting = pause == null ? Pause.on(clock) : pause;
      List<MetricSource> all =
          sources.isEmpty() ? List.of(SystemMetricSource.create(tags)) : sources;
      List<SourceWorker> workers = new ArrayList<>();
      Set<String> names = new HashSet<>();
      for (MetricSource source : all) {
        CheckedSource checked = new CheckedSource(requireName(source, names), source, tags, clock);
        FailureLog failures = new FailureLog(log, clock);
        workers.add(new SourceWorker(checked, sink, every, clock, waiting, failures));
      }
      return new MetricCollector(workers, clock);
    }

    private static String requireName(MetricSource source, Set<String> names) {
      @Nullable String name = source.name();
      if (name == null || name.isBlank()) {
        throw new IllegalArgumentException(
            "a source of " + source.getClass() + " has no name; give it a short one for the logs");
      }
      if (!names.add(name)) {
        throw new IllegalArgumentException(
            "two sources are named \"" + name + "\"; logs and statistics need distinct names");
      }
      return name;
    }
  }
}
