package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collect.MetricSource;
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
 * Runs sources on a schedule and publishes what they read.
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
 * <p>Each source is read on a daemon thread of its own: at once when the collector starts, then at
 * a fixed rate. A reading that takes longer than the interval skips the ticks it missed; they are
 * not made up for. A source that throws is counted, logged at most once a minute, and read again at
 * the next tick; one that hangs delays nobody else, shows in {@link SourceStats#inProgress} and,
 * after 10 seconds, is logged with its stack once a minute. Of one reading, 100,000 metrics are
 * published. A source that {@linkplain MetricSource#idlesWithout idles} is read only while its
 * channel is watched.
 *
 * <p>A metric without a time gets the moment when its reading began, so all of one collection
 * agree; one without a tag {@code host} gets the name of this host. Any thread may call any method.
 */
public final class MetricCollector implements AutoCloseable {

  /** How long {@link #stop} waits, all in all, for sources that do not heed an interrupt. */
  static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);

  private final List<SourceWorker> workers;
  private final MetricsClock clock;
  private final Duration watchEvery;

  /** A hub that was made for this collector alone, and ends with it. */
  private final @Nullable MetricsHub ownHub;

  /** Guards the fields below; never held while a source runs or a thread is awaited. */
  private final ReentrantLock lock = new ReentrantLock();

  /** One for each worker while the collector runs, otherwise empty. */
  private List<SourceWorker.Run> runs = List.of();

  private @Nullable HangWatch watch;

  private boolean closed;

  private MetricCollector(
      Builder builder, List<SourceWorker> workers, @Nullable MetricsHub ownHub) {
    this.workers = List.copyOf(workers);
    this.clock = builder.clock;
    this.watchEvery = builder.watchEvery;
    this.ownHub = ownHub;
  }

  /** A collector that publishes to {@code sink}, such as the hub. */
  public static Builder builder(MetricSink sink) {
    return new Builder(Objects.requireNonNull(sink, "sink"));
  }

  /**
   * A collector of a process without a server: it publishes to Redis, at {@link Builder#redisUrl}
   * or the setting {@code REDIS_URL}, where servers find it.
   */
  public static Builder builder() {
    return new Builder(null);
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
        watch = new HangWatch(runs, watchEvery);
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
      if (watch != null) {
        watch.stop();
        watch = null;
      }
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
    if (ownHub != null) {
      ownHub.close();
    }
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

    private final @Nullable MetricSink sink;
    private final List<Added> added = new ArrayList<>();
    private final List<TaskQueue> queues = new ArrayList<>();
    private boolean standard;
    private @Nullable Duration interval;
    private @Nullable String redisUrl;
    private Tags tags = Tags.empty();
    private MetricsClock clock = MetricsClock.system();
    private Settings settings = Settings.ofThisProcess();
    private @Nullable Pause pause;
    private FailureLog.Output log = FailureLog.SLF4J;
    private Duration watchEvery = HangWatch.EVERY;

    /** A source, and how often it is read if the host said so. */
    private record Added(MetricSource source, @Nullable Duration interval) {}

    private Builder(@Nullable MetricSink sink) {
      this.sink = sink;
    }

    /**
     * How often each source is read that does not say so itself: 100 ms to 1 day. When not set, the
     * system property or else the environment variable {@code METRIC_COLLECTION_INTERVAL}, in
     * seconds, such as {@code 5} or {@code 0.5}; when that is not set either, 1 second.
     */
    public Builder interval(Duration interval) {
      this.interval = Objects.requireNonNull(interval, "interval");
      return this;
    }

    /** Adds a source; its name tells it from the others. */
    public Builder source(MetricSource source) {
      added.add(new Added(Objects.requireNonNull(source, "source"), null));
      return this;
    }

    /** Adds a source that is read at an interval of its own, whatever it says itself. */
    public Builder source(MetricSource source, Duration every) {
      Objects.requireNonNull(every, "every");
      added.add(new Added(Objects.requireNonNull(source, "source"), every));
      return this;
    }

    /**
     * Adds what there is to read without the application's help: the host ({@link
     * SystemMetricSource}), this virtual machine ({@link JvmMetricSource}) and, if this publishes
     * to a hub, the nodes that share its broker. A collector to which nothing is added has them
     * anyway.
     */
    public Builder standardSources() {
      standard = true;
      return this;
    }

    /** Shows the tasks of a queue on {@code distributed.metrics}, by itself and in the sum. */
    public Builder taskQueue(TaskQueue queue) {
      queues.add(Objects.requireNonNull(queue, "queue"));
      return this;
    }

    /**
     * Where a collector without a hub publishes: {@code redis://host:port}. When not set, {@code
     * REDIS_URL}.
     *
     * @throws IllegalStateException if this builder was made with a sink
     */
    public Builder redisUrl(String url) {
      if (sink != null) {
        throw new IllegalStateException(
            "this collector has a sink already; give the Redis address to MetricsHub.builder(), or"
                + " begin with MetricCollector.builder()");
      }
      redisUrl = Objects.requireNonNull(url, "url");
      return this;
    }

    /** Adds one tag; see {@link #tags}. */
    public Builder tag(String key, String value) {
      tags = tags.and(key, value);
      return this;
    }

    /**
     * Adds tags, which every metric of every source gets, such as {@code env=production}. Where a
     * metric has a tag of that key itself, its own stays.
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

    /** For tests: how often it is looked for sources that hang. */
    Builder watchEvery(Duration every) {
      this.watchEvery = every;
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
     * @throws IllegalArgumentException if an interval is out of range, {@code
     *     METRIC_COLLECTION_INTERVAL} is needed and is no such number, a source has no name or the
     *     name of another, or there is no sink and no Redis address
     * @throws IllegalStateException if it shall publish to Redis and {@code
     *     io.greenlang:greenlang-metrics-redis} is not there
     */
    public MetricCollector build() {
      Duration every = interval == null ? CollectionInterval.from(settings) : interval;
      CollectionInterval.require(every);
      if (sink != null) {
        return new MetricCollector(this, workers(sink, every), null);
      }
      MetricsHub own = MetricsHub.builder().redis(RedisUrl.from(redisUrl, settings)).build();
      return new MetricCollector(this, workers(own, every), own);
    }

    private List<SourceWorker> workers(MetricSink to, Duration every) {
      Pause waiting = pause == null ? Pause.on(clock) : pause;
      CommonTags common = new CommonTags(tags);
      List<SourceWorker> workers = new ArrayList<>();
      Set<String> names = new HashSet<>();
      for (Added each : allSources(to)) {
        MetricSource source = each.source;
        String name = requireName(source, names);
        Duration own = each.interval == null ? source.interval() : each.interval;
        if (own != null) {
          CollectionInterval.require(own);
        }
        CheckedSource checked = new CheckedSource(name, source, common, clock);
        workers.add(
            new SourceWorker(
                checked,
                source.idlesWithout(),
                to,
                own == null ? every : own,
                clock,
                waiting,
                log));
      }
      return workers;
    }

    private List<Added> allSources(MetricSink to) {
      boolean all = standard || (added.isEmpty() && queues.isEmpty());
      StandardSources known = new StandardSources(to, tags, queues, clock);
      List<MetricSource> ours = all ? known.all() : known.ofQueues();
      List<Added> sources = new ArrayList<>();
      ours.forEach(source -> sources.add(new Added(source, null)));
      sources.addAll(added);
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
