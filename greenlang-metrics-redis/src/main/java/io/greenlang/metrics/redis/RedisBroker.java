package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.BrokerReceiver;
import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.broker.WindowArchive;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.history.RetentionTier;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Shares publications, and their past, with all instances on one Redis.
 *
 * <p>A publication is numbered and told to all in one step of Redis, so every instance, this one
 * too, delivers it once and in the same order. What does not come by the bus is read from the log;
 * what is no longer there is told. While Redis is away, clients of this instance get what this
 * instance publishes, at once; it is kept for the others in a bounded queue.
 *
 * <p>A publication of more than a megabyte is split into several.
 */
public final class RedisBroker implements Broker {

  private static final long START_MILLIS = 10_000;

  private final Settings settings;
  private final MetricsClock clock;
  private @Nullable Running running;
  private volatile @Nullable Running visible;
  private volatile boolean closed;

  private RedisBroker(Settings settings, MetricsClock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * A broker with the usual settings, not started.
   *
   * @param url see {@link Builder#url}
   * @throws IllegalArgumentException if it is no address; the message does not show it
   */
  public static RedisBroker create(String url) {
    return builder().url(url).build();
  }

  /** A broker with settings of its own. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public void start(BrokerReceiver receiver) {
    Running made;
    synchronized (this) {
      if (running != null || closed) {
        throw new IllegalStateException("the broker is " + (closed ? "closed" : "started already"));
      }
      made = new Running(settings, clock, receiver);
      running = made;
      visible = made;
    }
    made.start(START_MILLIS);
  }

  @Override
  public void add(Channel channel) {
    running().add(channel);
  }

  @Override
  public void publish(Channel channel, List<Metric> metrics) {
    running().publish(channel, metrics);
  }

  /** Redis' time, less what delivery takes. */
  @Override
  public long logMillis() {
    Running now = visible;
    return now == null ? clock.wallMillis() : now.logMillis();
  }

  /** Redis; null before the start. */
  @Override
  public @Nullable WindowArchive archive() {
    Running now = visible;
    return now == null ? null : now.archive();
  }

  @Override
  public BrokerState state() {
    Running now = visible;
    return now == null ? BrokerState.ALONE : now.state();
  }

  /** Stops delivering, after what waits for Redis was sent, if that takes no more than a second. */
  @Override
  public void close() {
    Running end;
    synchronized (this) {
      closed = true;
      end = running;
      running = null;
    }
    if (end != null) {
      end.close();
    }
  }

  private Running running() {
    Running now = visible;
    if (now == null || closed) {
      throw new IllegalStateException("the broker is " + (closed ? "closed" : "not started"));
    }
    return now;
  }

  @Nullable Running parts() {
    return visible;
  }

  /** Settings of a broker. */
  public static final class Builder {

    private RedisAddress address = RedisAddress.parse("redis://localhost:6379");
    private @Nullable SSLContext tls;
    private @Nullable String node;
    private Duration logRetention = Retention.configured().time(RetentionTier.RAW);
    private long logBytes = 256L << 20;
    private long windowBytes = 128L << 20;
    private long queueBytes = 16L << 20;
    private int queuePublications = 100_000;
    private long inboxBytes = 32L << 20;
    private boolean watchdog = true;
    private MetricsClock clock = MetricsClock.system();

    private Builder() {}

    /**
     * Where Redis is: {@code redis://[[user]:password@]host[:port][/database]}; with sentinels
     * {@code redis+sentinel://[[user]:password@]host[:port],host[:port]/master}; a cluster {@code
     * redis+cluster://[[user]:password@]host[:port],host[:port]}. With {@code rediss} in place of
     * {@code redis}, connections are encrypted and the host's name is checked. Without it, {@code
     * redis://localhost:6379}.
     *
     * <p>User and password are the servers'. Sentinels that want a password are told the same, or
     * what stands behind the master's name: {@code /master?sentinel_password=password}.
     *
     * @throws IllegalArgumentException if it is no such address; the message does not show it
     */
    public Builder url(String url) {
      this.address = RedisAddress.parse(url);
      return this;
    }

    /** Whom encrypted connections trust; without it, whom the platform does. */
    public Builder tls(SSLContext context) {
      this.tls = context;
      return this;
    }

    /**
     * What this instance is called, up to 32 letters, digits, {@code .}, {@code _} or {@code -};
     * each start adds something of its own. Without it, only that.
     *
     * @throws IllegalArgumentException if it is not of that form
     */
    public Builder node(String name) {
      if (!name.matches("[0-9A-Za-z._-]{1,32}")) {
        throw new IllegalArgumentException(
            "a node's name has 1 to 32 letters, digits, '.', '_' or '-'");
      }
      this.node = name;
      return this;
    }

    /**
     * How long a publication can be had again; without it, as long as readings are kept ({@code
     * METRIC_RAW_RETENTION_HOURS}), an hour.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder logRetention(Duration retention) {
      if (retention.isNegative()) {
        throw new IllegalArgumentException("the log's retention is negative");
      }
      this.logRetention = retention;
      return this;
    }

    /** How much of Redis' memory a channel's log may take, about; without it, 256 MiB. */
    public Builder logBytes(long bytes) {
      this.logBytes = positive("logBytes", bytes);
      return this;
    }

    /** The same of a channel's windows of one length; without it, 128 MiB. */
    public Builder windowBytes(long bytes) {
      this.windowBytes = positive("windowBytes", bytes);
      return this;
    }

    /** How many bytes may wait for Redis; without it, 16 MiB. */
    public Builder queueBytes(long bytes) {
      this.queueBytes = positive("queueBytes", bytes);
      return this;
    }

    /** How many publications may; without it, 100,000. */
    public Builder queuePublications(int publications) {
      this.queuePublications = (int) positive("queuePublications", publications);
      return this;
    }

    /** How many bytes that came from Redis may wait for delivery; without it, 32 MiB. */
    public Builder inboxBytes(long bytes) {
      this.inboxBytes = positive("inboxBytes", bytes);
      return this;
    }

    /** This machine's clock, which counts until Redis' is known. */
    public Builder clock(MetricsClock clocks) {
      this.clock = clocks;
      return this;
    }

    /** For the test that shows what the watchdog is for. */
    Builder watchdog(boolean isOn) {
      this.watchdog = isOn;
      return this;
    }

    /** Makes the broker, which does not connect before it is started. */
    public RedisBroker build() {
      String unique = Epochs.next();
      return new RedisBroker(
          new Settings(
              address,
              tls == null ? null : tls.getSocketFactory(),
              node == null ? unique : node + "-" + unique,
              logRetention,
              logBytes,
              windowBytes,
              queueBytes,
              queuePublications,
              inboxBytes,
              watchdog),
          clock);
    }

    private static long positive(String name, long value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " must be at least 1, but is " + value);
      }
      return value;
    }
  }
}
