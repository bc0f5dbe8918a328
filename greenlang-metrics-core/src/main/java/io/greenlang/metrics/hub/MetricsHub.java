package io.greenlang.metrics.hub;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Histogram;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.broker.LocalBroker;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.channel.ChannelRegistry;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.internal.histogram.HistogramRegistry;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.internal.util.NamedThreads;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.internal.util.ThrottledLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The entry point through which an application publishes its metrics and transports read them.
 *
 * <pre>{@code
 * MetricsHub hub = MetricsHub.create();
 * hub.publish(Metric.gauge("orders.metrics", "queue.depth", 17, Tags.of("region", "eu")));
 * }</pre>
 *
 * <p>The channels {@code system.metrics}, {@code workflow.metrics}, {@code agent.metrics} and
 * {@code distributed.metrics} always exist. Any other channel is created when it is {@linkplain
 * #addChannel added} or first published to; a hub holds at most {@value
 * ChannelRegistry#MAX_CHANNELS} channels.
 *
 * <p>Record frequent observations, such as durations, into a {@linkplain #histogram histogram}
 * instead of publishing them.
 *
 * <p>Any number of threads may publish. A publication is processed on the publishing thread, which
 * takes microseconds, or on the one that works on the channel. No socket, file or application code
 * is involved. Without Redis, every later subscription includes the publication.
 */
public final class MetricsHub implements MetricSink, AutoCloseable {

  private static final ThrottledLog throttledLog =
      new ThrottledLog(LoggerFactory.getLogger(MetricsHub.class));

  /** Small compared with the shortest window, and too short for users to notice. */
  private static final long TICK_MILLIS = 50;

  static {
    HubStreams.register(hub -> ((MetricsHub) hub).streams);
  }

  private final Broker broker;
  private final MetricsClock clock;
  private final Aggregators aggregators;
  private final ChannelRegistry streams;
  private final HubChannels channels;
  private final HistogramRegistry histograms;

  /** Closes aggregation windows when they have ended. */
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(NamedThreads.single("greenlang-hub"));

  private volatile boolean closed;

  private MetricsHub(Builder builder) {
    this.clock = builder.clock;
    this.broker = builder.broker == null ? new LocalBroker(clock) : builder.broker.get();
    this.aggregators = Aggregators.of(clock, builder.aggregators);
    this.streams =
        new ChannelRegistry(
            builder.limits,
            clock,
            aggregators,
            builder.retention == null ? Retention.fromEnvironment() : builder.retention,
            broker,
            DerivedStatistics.of(builder.derivedStatistics));
    this.channels = new HubChannels(broker, streams, aggregators, clock);
    this.histograms =
        new HistogramRegistry(
            builder.histogramInterval, builder.limits.seriesPerChannel(), clock, channels::publish);
    try {
      start();
    } catch (Error e) { // the system refuses threads, for example; stop those that run
      close();
      throw e;
    }
  }

  private void start() {
    broker.start(streams);
    List.of(Channel.SYSTEM, Channel.WORKFLOW, Channel.AGENT, Channel.DISTRIBUTED)
        .forEach(broker::openChannel);
    timer.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Creates a hub that is local to this process and needs no Redis. */
  public static MetricsHub create() {
    return builder().build();
  }

  /** Returns a builder for a hub with custom settings. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Publishes samples. The samples of one channel form one publication, in the given order. A
   * sample without a timestamp is stamped with the current time.
   *
   * @throws IllegalStateException if the hub is closed
   * @throws IllegalArgumentException if a new channel would exceed the limit, or if no aggregator
   *     is registered for a metric's type; in either case nothing is published
   */
  @Override
  public void publish(Collection<Metric> metrics) {
    requireNotClosed();
    if (!metrics.isEmpty()) {
      channels.publish(metrics);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>A channel keeps {@value MetricDescription#MAX_PER_CHANNEL} descriptions, and logs others.
   *
   * @throws IllegalStateException if the hub is closed
   * @throws IllegalArgumentException if a new channel would exceed the limit
   */
  @Override
  public void describe(Collection<MetricDescription> descriptions) {
    requireNotClosed();
    channels.describe(descriptions);
  }

  /** Returns whether an aggregator is registered for a type, so that its metrics are accepted. */
  public boolean supports(MetricType type) {
    return aggregators.contains(type);
  }

  /**
   * Creates a channel unless it exists, so that clients can subscribe before a publication.
   *
   * @throws IllegalArgumentException if the hub already has the maximum number of channels
   */
  public Channel addChannel(String name) {
    Channel channel = new Channel(name);
    channels.ensureOpen(channel);
    return channel;
  }

  /**
   * Returns a histogram, into which any thread records observations. The hub publishes their
   * distribution as one sample per {@linkplain Builder#histogramInterval interval}; the histograms
   * of a channel are one publication. The same arguments return the same histogram.
   *
   * <p>A channel has at most {@link ChannelLimits#seriesPerChannel} histograms. Observations of
   * further ones are dropped, counted in {@link HubStats#droppedObservations} and logged.
   *
   * @throws IllegalStateException if the hub is closed
   * @throws IllegalArgumentException if the name is invalid, or if a new channel would exceed the
   *     limit
   */
  public Histogram histogram(String channel, String name, Tags tags) {
    return histogram(new Channel(channel), name, tags);
  }

  /** Returns a histogram; see {@link #histogram(String, String, Tags)}. */
  public Histogram histogram(Channel channel, String name, Tags tags) {
    requireNotClosed();
    Metric valid = Metric.histogram(channel, name, 0, tags);
    channels.ensureOpen(channel);
    return histograms.getOrCreate(new SeriesKey(channel, valid.name(), valid.type(), tags));
  }

  /** Returns the current channels, sorted by name. */
  public SortedSet<Channel> channels() {
    return streams.channels();
  }

  /** Returns the clock that this hub and its transports use. */
  public MetricsClock clock() {
    return clock;
  }

  /** Returns a snapshot of the hub's counters. */
  public HubStats stats() {
    return HubStats.of(streams, aggregators, histograms);
  }

  /**
   * Publishes the observations that histograms have left, then closes the hub and its broker;
   * publishing fails from then on. Idempotent.
   */
  @Override
  public void close() {
    histograms.close();
    closed = true;
    timer.shutdown();
    broker.close();
  }

  private void requireNotClosed() {
    if (closed) {
      throw new IllegalStateException("the hub is closed");
    }
  }

  private void tick() {
    try {
      streams.tick();
    } catch (Throwable e) {
      // Catches errors too: the timer would stop at the first one, and close no window again.
      throttledLog.error("Failed to close aggregation windows; retrying", e);
    }
  }

  /**
   * Returns whether a channel may have readers: a client of this instance, or possibly a client of
   * another instance that shares the broker.
   */
  @Override
  public boolean isWatched(Channel channel) {
    ChannelStream stream = streams.find(channel);
    return (stream != null && stream.feedCount() > 0) || broker.state().knownInstances() > 1;
  }

  /** Returns the state of the broker: the instances that share it, and its health. Never blocks. */
  public BrokerState brokerState() {
    return broker.state();
  }

  /** A builder of {@link MetricsHub} instances. All settings are optional. */
  public static final class Builder {

    private @Nullable Supplier<Broker> broker;
    private MetricsClock clock = MetricsClock.system();
    private ChannelLimits limits = ChannelLimits.DEFAULT;
    private @Nullable Retention retention;
    private final List<Aggregator> aggregators = new ArrayList<>();
    private final List<DerivedStatistics.Histogram> derivedStatistics = new ArrayList<>();
    private Duration histogramInterval = Duration.ofSeconds(1);

    private Builder() {}

    /**
     * Specifies the broker that distributes publications. By default publications stay within this
     * process.
     */
    public Builder broker(Broker broker) {
      this.broker = () -> broker;
      return this;
    }

    /** Specifies the clock. By default the clock of this machine is used. */
    public Builder clock(MetricsClock clock) {
      this.clock = clock;
      return this;
    }

    /** Specifies the limits of each channel. The default is {@link ChannelLimits#DEFAULT}. */
    public Builder limits(ChannelLimits limits) {
      this.limits = limits;
      return this;
    }

    /** Specifies how much history is retained. The default is {@link Retention#fromEnvironment}. */
    public Builder retention(Retention retention) {
      this.retention = retention;
      return this;
    }

    /**
     * Shares publications with all instances that use the same Redis. This setting and {@link
     * #broker} override each other: the last call wins.
     *
     * @param redisUrl {@code redis://[[user]:password@]host[:port][/database]}, {@code
     *     redis+sentinel://host:port,host:port/master} or {@code
     *     redis+cluster://host:port,host:port}, with {@code rediss} instead for TLS
     */
    public Builder redisUrl(String redisUrl) {
      this.broker = () -> BrokerLoader.redis(redisUrl);
      return this;
    }

    /**
     * Registers the aggregator of an application-defined metric type. May be called once per type.
     * The hub rejects metrics whose type has no aggregator.
     */
    public Builder aggregator(Aggregator aggregator) {
      this.aggregators.add(aggregator);
      return this;
    }

    /**
     * Specifies how often the observations of {@linkplain MetricsHub#histogram histograms} are
     * published. The default is 1 second.
     *
     * @param histogramInterval 100 ms to 1 hour; {@link #build} rejects other values
     */
    public Builder histogramInterval(Duration histogramInterval) {
      this.histogramInterval = histogramInterval;
      return this;
    }

    /**
     * Delivers the statistics of a histogram also as gauges: {@code name.min}, {@code max}, {@code
     * avg}, {@code p50}, {@code p95} and {@code p99}, for clients that read gauges only. They are
     * computed in each view, after windows, groups and instances were merged. May be called once
     * per histogram. The histograms of the recorders always have them.
     */
    public Builder derivedStatistics(String channel, String name) {
      derivedStatistics.add(new DerivedStatistics.Histogram(new Channel(channel), name));
      return this;
    }

    /**
     * Builds the hub, ready to publish.
     *
     * @throws IllegalArgumentException if two aggregators have the same type, the histogram
     *     interval or the Redis URL is invalid, or a variable is: {@code FEED_MEMORY_PERCENT},
     *     {@code MAX_VIEWS_PER_SUBJECT}, {@code REDIS_TIMEOUT} or one of {@link
     *     Retention#fromEnvironment}
     * @throws IllegalStateException if a Redis URL is set, and {@code greenlang-metrics-redis} is
     *     not on the class path
     */
    public MetricsHub build() {
      return new MetricsHub(this);
    }
  }
}
