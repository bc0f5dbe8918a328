package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.internal.schedule.CollectionInterval;
import io.greenlang.metrics.collectors.internal.schedule.CommonTags;
import io.greenlang.metrics.collectors.internal.schedule.HangDetector;
import io.greenlang.metrics.collectors.internal.schedule.Sleeper;
import io.greenlang.metrics.collectors.internal.schedule.SourceRunner;
import io.greenlang.metrics.collectors.internal.schedule.ValidatedSource;
import io.greenlang.metrics.collectors.internal.support.CollectorEnvironment;
import io.greenlang.metrics.collectors.internal.support.FailureLog;
import io.greenlang.metrics.collectors.internal.support.RedisUrl;
import io.greenlang.metrics.hub.MetricsHub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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

  private final List<SourceRunner> workers;
  private final MetricsClock clock;
  private final Duration watchEvery;

  /** The hub that this collector created and closes; null if the application passed a sink. */
  private final @Nullable MetricsHub createdHub;

  /**
   * Guards the fields below. It is never held while a source runs or while waiting for a thread.
   */
  private final ReentrantLock lock = new ReentrantLock();

  /** One run per worker while the collector is running, otherwise empty. */
  private List<SourceRunner.Run> runs = List.of();

  private @Nullable HangDetector watch;

  private boolean closed;

  private MetricCollector(
      Builder builder, List<SourceRunner> workers, @Nullable MetricsHub createdHub) {
    this.workers = List.copyOf(workers);
    this.clock = builder.clock;
    this.watchEvery = builder.hangCheckInterval;
    this.createdHub = createdHub;
  }

  /**
   * Returns a builder of a collector that publishes to {@code sink}, such as a {@link MetricsHub}.
   */
  public static Builder builder(MetricSink sink) {
    return new Builder(Objects.requireNonNull(sink, "sink"));
  }

  /**
   * Returns a builder of a collector for a process without a server. It publishes to Redis, where
   * servers receive its metrics. The address is {@link Builder#redisUrl} or, if that is not set,
   * {@code REDIS_URL}.
   */
  public static Builder builder() {
    return new Builder(null);
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
            "the collector is closed; build a new one, or call stop() instead of close() to restart");
      }
      if (runs.isEmpty()) {
        runs = startAll();
        watch = new HangDetector(runs, watchEvery);
      }
    } finally {
      lock.unlock();
    }
  }

  private List<SourceRunner.Run> startAll() {
    List<SourceRunner.Run> started = new ArrayList<>();
    try {
      for (SourceRunner worker : workers) {
        started.add(worker.start());
      }
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
    List<SourceRunner.Run> stopping;
    lock.lock();
    try {
      stopping = runs;
      runs = List.of();
      if (watch != null) {
        watch.stop();
        watch = null;
      }
    } finally {
      lock.unlock();
    }
    stopping.forEach(SourceRunner.Run::stop);
    long deadline = clock.monotonicNanos() + STOP_TIMEOUT.toNanos();
    for (SourceRunner.Run run : stopping) {
      run.awaitTermination(deadline);
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
    return CollectorStats.aggregate(running, workers.stream().map(SourceRunner::stats).toList());
  }

  /** Builder of a {@link MetricCollector}. Not thread-safe. */
  public static final class Builder {

    private final @Nullable MetricSink sink;
    private final List<SourceEntry> configuredSources = new ArrayList<>();
    private final List<TaskQueue> queues = new ArrayList<>();
    private boolean includeStandardSources;
    private @Nullable Duration interval;
    private @Nullable String redisUrl;
    private Tags tags = Tags.empty();
    private MetricsClock clock = MetricsClock.system();
    private CollectorEnvironment environment = CollectorEnvironment.system();
    private @Nullable Sleeper pause;
    private FailureLog.Output failureOutput = FailureLog.SLF4J;
    private Duration hangCheckInterval = HangDetector.CHECK_INTERVAL;

    /** A source, and its interval if the application set one. */
    private record SourceEntry(MetricSource source, @Nullable Duration interval) {}

    private Builder(@Nullable MetricSink sink) {
      this.sink = sink;
    }

    /**
     * Sets how often a source without its own interval is collected. If not set, the system
     * property or otherwise the environment variable {@code METRIC_COLLECTION_INTERVAL} applies, in
     * seconds, such as {@code 5} or {@code 0.5}. If neither is set, the interval is 1 second.
     *
     * @param interval 100 ms to 1 day; {@link #build} rejects other values
     */
    public Builder interval(Duration interval) {
      this.interval = Objects.requireNonNull(interval, "interval");
      return this;
    }

    /** Adds a source. Its name must be unique within the collector. */
    public Builder source(MetricSource source) {
      configuredSources.add(new SourceEntry(Objects.requireNonNull(source, "source"), null));
      return this;
    }

    /**
     * Adds a source that is collected at the given interval, which takes precedence over {@link
     * MetricSource#interval}.
     *
     * @param interval 100 ms to 1 day; {@link #build} rejects other values
     */
    public Builder source(MetricSource source, Duration interval) {
      Objects.requireNonNull(interval, "interval");
      configuredSources.add(new SourceEntry(Objects.requireNonNull(source, "source"), interval));
      return this;
    }

    /**
     * Adds the built-in sources, which need no help from the application: the host ({@link
     * SystemMetricSource}), this JVM ({@link JvmMetricSource}) and, if the collector publishes to a
     * hub, the instances that share its broker. A collector to which neither a source nor a task
     * queue was added has the built-in sources anyway.
     */
    public Builder standardSources() {
      includeStandardSources = true;
      return this;
    }

    /**
     * Adds a task queue, which is published on {@code distributed.metrics} both individually and as
     * part of the total.
     */
    public Builder taskQueue(TaskQueue queue) {
      queues.add(Objects.requireNonNull(queue, "queue"));
      return this;
    }

    /**
     * Sets the address to which a collector without a sink publishes. If not set, {@code REDIS_URL}
     * applies.
     *
     * @param redisUrl such as {@code redis://host:port}
     * @throws IllegalStateException if this builder was created with a sink
     */
    public Builder redisUrl(String redisUrl) {
      if (sink != null) {
        throw new IllegalStateException(
            "the collector already has a sink; pass the Redis URL to MetricsHub.builder(), or use"
                + " MetricCollector.builder() without a sink");
      }
      this.redisUrl = Objects.requireNonNull(redisUrl, "redisUrl");
      return this;
    }

    /** Adds one tag to every metric; see {@link #tags}. */
    public Builder tag(String key, String value) {
      tags = tags.with(key, value);
      return this;
    }

    /**
     * Adds tags to every metric of every source, such as {@code env=production}. If a metric
     * already has a tag with the same key, the metric's own value is kept.
     *
     * @throws IllegalArgumentException if there are more than {@link Tags#MAX_TAGS}
     */
    public Builder tags(Tags tags) {
      tags.forEach(this::tag);
      return this;
    }

    /**
     * Sets the clock for schedules, durations and timestamps. If not set, the system clock is used.
     */
    public Builder clock(MetricsClock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets where {@code METRIC_COLLECTION_INTERVAL} and {@code REDIS_URL} are looked up. For tests.
     */
    Builder environment(CollectorEnvironment settings) {
      this.environment = settings;
      return this;
    }

    /** Sets how a worker waits for its next tick. For tests. */
    Builder pause(Sleeper pause) {
      this.pause = pause;
      return this;
    }

    /** Sets how often sources are checked for hangs. For tests. */
    Builder hangCheckInterval(Duration interval) {
      this.hangCheckInterval = interval;
      return this;
    }

    /** Sets where failures are logged. For tests. */
    Builder failureOutput(FailureLog.Output log) {
      this.failureOutput = log;
      return this;
    }

    /**
     * Returns a new collector, which is not yet started.
     *
     * @throws IllegalArgumentException if an interval is out of range, {@code
     *     METRIC_COLLECTION_INTERVAL} is needed but is not a valid number, a source has no name or
     *     a duplicate name, or there is neither a sink nor a Redis address
     * @throws IllegalStateException if the collector publishes to Redis but {@code
     *     io.greenlang:greenlang-metrics-redis} is not on the class path
     */
    public MetricCollector build() {
      Duration defaultInterval = interval == null ? CollectionInterval.from(environment) : interval;
      CollectionInterval.validate(defaultInterval);
      if (sink != null) {
        return new MetricCollector(this, workers(sink, defaultInterval), null);
      }
      MetricsHub hub = MetricsHub.builder().redisUrl(RedisUrl.from(redisUrl, environment)).build();
      return new MetricCollector(this, workers(hub, defaultInterval), hub);
    }

    private List<SourceRunner> workers(MetricSink destination, Duration defaultInterval) {
      Sleeper sleeper = pause == null ? Sleeper.withClock(clock) : pause;
      CommonTags commonTags = new CommonTags(tags);
      List<SourceRunner> workers = new ArrayList<>();
      Set<String> names = new HashSet<>();
      for (SourceEntry entry : allSources(destination)) {
        MetricSource source = entry.source;
        String name = requireName(source, names);
        Duration sourceInterval = entry.interval == null ? source.interval() : entry.interval;
        if (sourceInterval != null) {
          CollectionInterval.validate(sourceInterval);
        }
        ValidatedSource checkedSource = new ValidatedSource(name, source, commonTags, clock);
        workers.add(
            new SourceRunner(
                checkedSource,
                source.demandChannel(),
                destination,
                sourceInterval == null ? defaultInterval : sourceInterval,
                clock,
                sleeper,
                failureOutput));
      }
      return workers;
    }

    private List<SourceEntry> allSources(MetricSink destination) {
      boolean includeAll =
          includeStandardSources || (configuredSources.isEmpty() && queues.isEmpty());
      DefaultSources standardSources = new DefaultSources(destination, tags, queues, clock);
      List<MetricSource> builtIn =
          includeAll ? standardSources.all() : standardSources.queueSources();
      List<SourceEntry> sources = new ArrayList<>();
      builtIn.forEach(source -> sources.add(new SourceEntry(source, null)));
      sources.addAll(configuredSources);
      return sources;
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
