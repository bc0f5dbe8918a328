package io.greenlang.metrics.hub;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.aggregate.Aggregators;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.broker.Brokers;
import io.greenlang.metrics.broker.LocalBroker;
import io.greenlang.metrics.feed.ChannelStream;
import io.greenlang.metrics.feed.ChannelStreams;
import io.greenlang.metrics.feed.StreamLimits;
import io.greenlang.metrics.feed.StreamStats;
import io.greenlang.metrics.history.Retention;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an application publishes its metrics, and where transports read them.
 *
 * <pre>{@code
 * MetricsHub hub = MetricsHub.create();
 * hub.publish(Metric.gauge("orders.metrics", "queue.depth", 17, Tags.of("region", "eu")));
 * }</pre>
 *
 * <p>The channels {@code system.metrics}, {@code workflow.metrics}, {@code agent.metrics} and
 * {@code distributed.metrics} are always there. Any other comes into being when it is {@linkplain
 * #addChannel added} or first published on; there may be {@value ChannelStreams#MAX_CHANNELS}.
 *
 * <p>Any number of threads may publish. A publication is worked off on the thread that publishes
 * it, which takes microseconds: no socket, file or user code is touched.
 */
public final class MetricsHub implements MetricSink, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(MetricsHub.class);

  /** Small beside the shortest window, and beside what anybody notices. */
  private static final long TICK_MILLIS = 50;

  private final Broker broker;
  private final MetricsClock clock;
  private final Aggregators aggregators;
  private final ChannelStreams streams;

  /** Closes the windows of aggregation when their time is over. */
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "greenlang-hub");
            thread.setDaemon(true);
            return thread;
          });

  private volatile boolean closed;

  private MetricsHub(Builder builder) {
    this.clock = builder.clock;
    this.broker = builder.broker == null ? new LocalBroker(clock) : builder.broker;
    this.aggregators = Aggregators.of(clock, builder.aggregators);
    this.streams =
        new ChannelStreams(builder.limits, clock, aggregators, retention(builder), broker);
    broker.start(streams);
    List.of(Channel.SYSTEM, Channel.WORKFLOW, Channel.AGENT, Channel.DISTRIBUTED)
        .forEach(broker::add);
    timer.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** A hub of this process alone: no Redis, nothing to install. */
  public static MetricsHub create() {
    return builder().build();
  }

  /** A hub with settings of its own. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Publishes readings: those of one channel become one publication, in the order given. A reading
   * without a timestamp gets the present time.
   *
   * @throws IllegalStateException if the hub is closed
   * @throws IllegalArgumentException if a new channel is one too many, or a metric's type has no
   *     aggregator here; nothing of it is published
   */
  @Override
  public void publish(Collection<Metric> metrics) {
    if (closed) {
      throw new IllegalStateException("the hub is closed");
    }
    if (metrics.isEmpty()) {
      return;
    }
    Instant now = Instant.ofEpochMilli(clock.wallMillis());
    Map<Channel, List<Metric>> byChannel = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      requireKnown(metric);
      Metric stamped = metric.timestamp() == null ? metric.at(now) : metric;
      byChannel.computeIfAbsent(metric.channel(), c -> new ArrayList<>()).add(stamped);
    }
    byChannel.keySet().forEach(this::add);
    byChannel.forEach(broker::publish);
  }

  /**
   * Makes a channel known, so that clients can subscribe before anything is published on it.
   *
   * @return the channel
   * @throws IllegalArgumentException if there are as many as there may be
   */
  public Channel addChannel(String name) {
    Channel channel = new Channel(name);
    add(channel);
    return channel;
  }

  /** The channels, by name. */
  public SortedSet<Channel> channels() {
    return streams.channels();
  }

  /** The stream of a channel, for transports; null if there is no such channel. */
  public @Nullable ChannelStream stream(Channel channel) {
    return streams.find(channel);
  }

  /** The clocks that everything around this hub goes by. */
  public MetricsClock clock() {
    return clock;
  }

  /** What the hub has done so far. */
  public HubStats stats() {
    StreamStats total = streams.stats();
    return new HubStats(
        total.publications(),
        total.metrics(),
        total.dropped(),
        total.evaluations(),
        total.encodings(),
        total.laps(),
        aggregators.failures(),
        streams.historyBytes(),
        streams.historyEntries(),
        streams.historyLetGo(),
        streams.channels().size(),
        streams.feedCount(),
        streams.seriesCount());
  }

  /** Ends publishing. Idempotent. */
  @Override
  public void close() {
    closed = true;
    timer.shutdown();
    broker.close();
  }

  private static Retention retention(Builder builder) {
    Retention asked = builder.retention;
    return asked == null ? Retention.configured() : asked;
  }

  private void add(Channel channel) {
    if (streams.find(channel) == null) {
      broker.add(channel);
    }
  }

  private void requireKnown(Metric metric) {
    if (!aggregators.knows(metric.type())) {
      throw new IllegalArgumentException(
          "metric type \""
              + metric.type()
              + "\" of "
              + metric.channel()
              + " "
              + metric.name()
              + " is none of "
              + aggregators.typeNames()
              + "; register its aggregator with MetricsHub.builder().aggregator(...)");
    }
  }

  private void tick() {
    try {
      streams.tick();
    } catch (Throwable e) {
      // Errors too: a timer ends at the first one, and no window would ever close again.
      log.error("closing the windows of aggregation failed; it is tried again at once", e);
    }
  }

  /**
   * Whether anybody looks at a channel: a client here, or perhaps one of another instance that
   * shares the broker.
   */
  @Override
  public boolean isWatched(Channel channel) {
    ChannelStream stream = streams.find(channel);
    return (stream != null && stream.feedCount() > 0) || broker.state().knownNodes() > 1;
  }

  /** Who shares the broker, and how it fares. Does not block. */
  public BrokerState brokerState() {
    return broker.state();
  }

  /** Settings of a hub. */
  public static final class Builder {

    private @Nullable Broker broker;
    private MetricsClock clock = MetricsClock.system();
    private StreamLimits limits = StreamLimits.DEFAULT;
    private @Nullable Retention retention;
    private final List<Aggregator> aggregators = new ArrayList<>();

    private Builder() {}

    /** What carries publications; without it, they stay in this process. */
    public Builder broker(Broker carrier) {
      this.broker = carrier;
      return this;
    }

    /** The clocks to go by; without it, this machine's. */
    public Builder clock(MetricsClock clocks) {
      this.clock = clocks;
      return this;
    }

    /** What bounds each channel; without it, {@link StreamLimits#DEFAULT}. */
    public Builder limits(StreamLimits bounds) {
      this.limits = bounds;
      return this;
    }

    /** How much of the past is kept in memory; without it, {@link Retention#configured}. */
    public Builder retention(Retention past) {
      this.retention = past;
      return this;
    }

    /**
     * Shares publications with every instance on the same Redis. The last of this and {@link
     * #broker} counts.
     *
     * @param url {@code redis://[[user]:password@]host[:port][/database]}; with sentinels {@code
     *     redis+sentinel://host:port,host:port/master}, a cluster {@code
     *     redis+cluster://host:port,host:port}; {@code rediss} in place of {@code redis} for TLS
     * @throws IllegalArgumentException if it is no such address
     * @throws IllegalStateException if {@code io.greenlang:greenlang-metrics-redis} is not there
     */
    public Builder redis(String url) {
      return broker(Brokers.redis(url));
    }

    /**
     * How metrics of a type of the host's own are aggregated; may be called for several types. The
     * hub publishes no metric of a type that has none.
     */
    public Builder aggregator(Aggregator added) {
      this.aggregators.add(added);
      return this;
    }

    /**
     * Makes the hub, ready to publish.
     *
     * @throws IllegalArgumentException if two aggregators are for one type, or a variable of {@link
     *     Retention#configured} is not as it must be
     */
    public MetricsHub build() {
      return new MetricsHub(this);
    }
  }
}
