package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.internal.schedule.CollectorOptions;
import io.greenlang.metrics.collectors.internal.schedule.CommonTags;
import io.greenlang.metrics.collectors.internal.schedule.HangDetector;
import io.greenlang.metrics.collectors.internal.schedule.SourceRunner;
import io.greenlang.metrics.collectors.internal.schedule.ValidatedSource;
import io.greenlang.metrics.collectors.internal.support.FailureLog;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.config.Environment;
import io.greenlang.metrics.internal.config.OptionValues;
import io.greenlang.metrics.internal.config.SharedOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builder of a {@link MetricCollector}. Not thread-safe. */
public final class MetricCollectorBuilder {

  private static final Logger log = LoggerFactory.getLogger(MetricCollector.class);

  private final @Nullable MetricSink sink;
  private final OptionValues options = new OptionValues();
  private final List<SourceEntry> configuredSources = new ArrayList<>();
  private final List<TaskQueue> queues = new ArrayList<>();
  private boolean includeStandardSources;
  private Tags tags = Tags.empty();
  private MetricsClock clock = MetricsClock.system();
  private Environment environment = Environment.process();
  private SourceRunner.@Nullable Sleeper sleeper;
  private FailureLog.Output failureOutput = FailureLog.SLF4J;
  private Duration hangCheckInterval = HangDetector.CHECK_INTERVAL;

  /** A source, and its interval if the application set one. */
  private record SourceEntry(MetricSource source, @Nullable Duration configuredInterval) {

    /**
     * Returns the configured interval, otherwise the source's own; null for the collector's
     * default.
     */
    @Nullable Duration interval() {
      return configuredInterval == null ? source.interval() : configuredInterval;
    }
  }

  MetricCollectorBuilder(@Nullable MetricSink sink) {
    this.sink = sink;
  }

  /**
   * Sets how often a source without its own interval is collected. If not set, the system property
   * or otherwise the environment variable {@code METRIC_COLLECTION_INTERVAL} applies, in seconds,
   * such as {@code 5} or {@code 0.5}. If neither is set, the interval is 1 second.
   *
   * @param interval 100 ms to 1 day; {@link #build} rejects other values
   */
  public MetricCollectorBuilder interval(Duration interval) {
    options.set(CollectorOptions.INTERVAL, interval);
    return this;
  }

  /** Adds a source. Its name must be unique within the collector. */
  public MetricCollectorBuilder source(MetricSource source) {
    configuredSources.add(new SourceEntry(Objects.requireNonNull(source, "source"), null));
    return this;
  }

  /**
   * Adds a source that is collected at the given interval, which takes precedence over {@link
   * MetricSource#interval}.
   *
   * @param interval 100 ms to 1 day; {@link #build} rejects other values
   */
  public MetricCollectorBuilder source(MetricSource source, Duration interval) {
    Objects.requireNonNull(interval, "interval");
    configuredSources.add(new SourceEntry(Objects.requireNonNull(source, "source"), interval));
    return this;
  }

  /**
   * Adds the standard sources, which need no code of the application: the host ({@link
   * SystemMetricSource}), this JVM ({@link JvmMetricSource}) and, if the collector publishes to a
   * hub, the instances that share its broker. A collector to which neither a source nor a task
   * queue was added has the standard sources anyway.
   */
  public MetricCollectorBuilder standardSources() {
    includeStandardSources = true;
    return this;
  }

  /**
   * Adds a task queue, which is published on {@code distributed.metrics} both individually and as
   * part of the total.
   */
  public MetricCollectorBuilder taskQueue(TaskQueue taskQueue) {
    queues.add(Objects.requireNonNull(taskQueue, "taskQueue"));
    return this;
  }

  /**
   * Sets the address to which a collector without a sink publishes. If not set, {@code REDIS_URL}
   * applies.
   *
   * @param redisUrl such as {@code redis://host:port}
   * @throws IllegalStateException if this builder was created with a sink
   */
  public MetricCollectorBuilder redisUrl(String redisUrl) {
    if (sink != null) {
      throw new IllegalStateException(
          "the collector already has a sink; pass the Redis URL to MetricsHub.builder(), or use"
              + " MetricCollector.builder() without a sink");
    }
    options.set(SharedOptions.REDIS_URL, redisUrl);
    return this;
  }

  /** Adds one tag to every metric; see {@link #tags}. */
  public MetricCollectorBuilder tag(String key, String value) {
    tags = tags.with(key, value);
    return this;
  }

  /**
   * Adds tags to every metric of every source, such as {@code env=production}. If a metric already
   * has a tag with the same key, the metric's own value is kept.
   *
   * @throws IllegalArgumentException if there are more than {@link Tags#MAX_TAGS}
   */
  public MetricCollectorBuilder tags(Tags tags) {
    tags.forEach(this::tag);
    return this;
  }

  /**
   * Sets the clock for schedules, durations and timestamps. If not set, the system clock is used.
   */
  public MetricCollectorBuilder clock(MetricsClock clock) {
    this.clock = Objects.requireNonNull(clock, "clock");
    return this;
  }

  /**
   * Sets where {@code METRIC_COLLECTION_INTERVAL} and {@code REDIS_URL} are looked up. For tests.
   */
  MetricCollectorBuilder environment(Environment environment) {
    this.environment = environment;
    return this;
  }

  /** Sets how a source waits for its next tick. For tests. */
  MetricCollectorBuilder sleeper(SourceRunner.Sleeper sleeper) {
    this.sleeper = sleeper;
    return this;
  }

  /** Sets how often sources are checked for hangs. For tests. */
  MetricCollectorBuilder hangCheckInterval(Duration interval) {
    this.hangCheckInterval = interval;
    return this;
  }

  /** Sets where failures are logged. For tests. */
  MetricCollectorBuilder failureOutput(FailureLog.Output failureOutput) {
    this.failureOutput = failureOutput;
    return this;
  }

  /**
   * Returns a new collector, which is not yet started.
   *
   * @throws IllegalArgumentException if an interval is out of range, {@code
   *     METRIC_COLLECTION_INTERVAL} is needed but is not a valid number, a source has no name or a
   *     duplicate name, or there is neither a sink nor a Redis address
   * @throws IllegalStateException if the collector publishes to Redis but {@code
   *     io.greenlang:greenlang-metrics-redis} is not on the class path
   */
  public MetricCollector build() {
    Duration defaultInterval = options.resolve(CollectorOptions.INTERVAL, environment);
    if (sink != null) {
      return collector(sink, null, defaultInterval);
    }
    String url = CollectorOptions.redisUrl(options, environment);
    MetricsHub hub = MetricsHub.builder().redisUrl(url).build();
    try {
      return collector(hub, hub, defaultInterval);
    } catch (RuntimeException | Error e) {
      hub.close(); // an invalid source leaves no thread and no connection behind
      throw e;
    }
  }

  private MetricCollector collector(
      MetricSink destination, @Nullable MetricsHub createdHub, Duration defaultInterval) {
    return new MetricCollector(
        runners(destination, defaultInterval), clock, hangCheckInterval, createdHub);
  }

  private List<SourceRunner> runners(MetricSink destination, Duration defaultInterval) {
    SourceRunner.Context context =
        new SourceRunner.Context(
            destination,
            clock,
            sleeper == null ? SourceRunner.Sleeper.withClock(clock) : sleeper,
            failureOutput);
    CommonTags commonTags = new CommonTags(tags);
    List<SourceRunner> runners = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (SourceEntry entry : allSources(destination)) {
      String name = requireName(entry.source, names);
      Duration interval = interval(name, entry, defaultInterval);
      ValidatedSource source = new ValidatedSource(name, entry.source, commonTags, clock);
      runners.add(new SourceRunner(source, interval, context));
    }
    return runners;
  }

  private static Duration interval(String name, SourceEntry entry, Duration defaultInterval) {
    Duration interval = entry.interval();
    return interval == null ? defaultInterval : CollectorOptions.sourceInterval(name, interval);
  }

  private List<SourceEntry> allSources(MetricSink destination) {
    boolean hasOwnSources = !configuredSources.isEmpty() || !queues.isEmpty();
    boolean includeAll = includeStandardSources || !hasOwnSources;
    if (!includeAll) {
      log.info(
          "Collecting only from the sources of the application; system.metrics and jvm.metrics stay"
              + " empty unless standardSources() is called");
    }
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
