package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.broker.Revocation;
import io.greenlang.metrics.broker.WindowArchive;
import io.greenlang.metrics.internal.config.Environment;
import io.greenlang.metrics.internal.config.Option;
import io.greenlang.metrics.internal.config.OptionValues;
import io.greenlang.metrics.redis.internal.BrokerRuntime;
import io.greenlang.metrics.redis.internal.connection.RedisBrokerConfig;
import io.greenlang.metrics.redis.internal.connection.RedisOptions;
import io.greenlang.metrics.redis.internal.connection.RedisUri;
import io.greenlang.metrics.redis.internal.support.JedisVersion;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Broker} that shares publications and history among all instances on one Redis.
 *
 * <p>Redis numbers a publication and broadcasts it in one atomic step. Every instance, including
 * the publisher, therefore delivers it once and in the same order. An instance reads publications
 * that the bus did not deliver from the log, and reports those that the log no longer has as a gap.
 * While Redis is unavailable, each instance delivers its own publications to its own clients at
 * once, and keeps them for the other instances in a bounded queue.
 *
 * <p>A publication of more than a megabyte is split.
 *
 * <p>All methods are thread-safe.
 */
public final class RedisBroker implements Broker {

  private static final long START_MILLIS = 10_000;

  private final RedisBrokerConfig config;
  private final MetricsClock clock;
  private @Nullable BrokerRuntime running;
  private volatile @Nullable BrokerRuntime visible;
  private volatile boolean closed;

  private RedisBroker(RedisBrokerConfig config, MetricsClock clock) {
    this.config = config;
    this.clock = clock;
  }

  /**
   * Creates a broker with the default settings. It does not connect before it is started.
   *
   * @param redisUrl the address of Redis; see {@link Builder#redisUrl}
   * @return a new broker, not started
   * @throws IllegalArgumentException if the address is malformed; the message does not contain it
   */
  public static RedisBroker create(String redisUrl) {
    return builder().redisUrl(redisUrl).build();
  }

  /** Returns a builder with the default settings. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public void start(BrokerListener listener) {
    BrokerRuntime runtime;
    synchronized (this) {
      if (running != null || closed) {
        throw new IllegalStateException("the broker is " + (closed ? "closed" : "already started"));
      }
      runtime = new BrokerRuntime(config, clock, listener);
      running = runtime;
      visible = runtime;
    }
    runtime.start(START_MILLIS);
  }

  @Override
  public void openChannel(Channel channel) {
    running().openChannel(channel);
  }

  @Override
  public void publish(Channel channel, List<Metric> metrics) {
    running().publish(channel, metrics);
  }

  @Override
  public void describe(Channel channel, Collection<MetricDescription> descriptions) {
    running().describe(channel, descriptions);
  }

  @Override
  public void revoke(Revocation revocation) {
    running().revoke(revocation);
  }

  /**
   * Returns the watermark of the log: the time of Redis, less an allowance for delivery. Before the
   * start it is the time of this machine.
   */
  @Override
  public long watermarkMillis() {
    BrokerRuntime current = visible;
    return current == null ? clock.wallTimeMillis() : current.watermarkMillis();
  }

  /** Returns the archive in Redis; null before the start. */
  @Override
  public @Nullable WindowArchive archive() {
    BrokerRuntime current = visible;
    return current == null ? null : current.archive();
  }

  @Override
  public BrokerState state() {
    BrokerRuntime current = visible;
    return current == null ? BrokerState.SINGLE_INSTANCE : current.state();
  }

  /** Stops delivery, after waiting up to a second for Redis to accept the queued publications. */
  @Override
  public void close() {
    BrokerRuntime stopping;
    synchronized (this) {
      closed = true;
      stopping = running;
      running = null;
    }
    if (stopping != null) {
      stopping.close();
    }
  }

  private BrokerRuntime running() {
    BrokerRuntime current = visible;
    if (current == null || closed) {
      throw new IllegalStateException("the broker is " + (closed ? "closed" : "not started"));
    }
    return current;
  }

  @Nullable BrokerRuntime runtime() {
    return visible;
  }

  /** Builder of a {@link RedisBroker}. Not thread-safe. */
  public static final class Builder {

    private final OptionValues values = new OptionValues();
    private String redisUrl = "redis://localhost:6379";
    private @Nullable SSLContext tls;
    private boolean watchdog = true;
    private MetricsClock clock = MetricsClock.system();

    private Builder() {}

    /**
     * Sets the address of Redis. The default is {@code redis://localhost:6379}.
     *
     * <ul>
     *   <li>One server: {@code redis://[[user]:password@]host[:port][/database]}
     *   <li>Sentinels: {@code redis+sentinel://[[user]:password@]host[:port],host[:port]/master}
     *   <li>A cluster: {@code redis+cluster://[[user]:password@]host[:port],host[:port]}
     * </ul>
     *
     * <p>With {@code rediss} in place of {@code redis}, connections are encrypted and the host name
     * is verified.
     *
     * <p>User and password are those of the servers. Sentinels that require a password receive the
     * same ones, unless the address ends with their own password: {@code
     * /master?sentinel_password=password}.
     *
     * @param redisUrl the address; {@link #build} rejects a malformed one, in a message that does
     *     not contain it
     * @return this builder
     */
    public Builder redisUrl(String redisUrl) {
      this.redisUrl = Objects.requireNonNull(redisUrl, "redisUrl");
      return this;
    }

    /**
     * Sets the TLS context of encrypted connections, which decides the certificates that are
     * trusted. The default is the trust store of the platform.
     *
     * @param tls the TLS context
     * @return this builder
     */
    public Builder tls(SSLContext tls) {
      this.tls = tls;
      return this;
    }

    /**
     * Sets how long Redis may take to open a connection or to answer. After that it counts as
     * unavailable, and this instance delivers its own publications alone. A subscription is
     * re-established after this time and 1.2 seconds of silence. The default is {@code
     * REDIS_TIMEOUT}, or one second.
     *
     * @param timeout the timeout, from 0.1 to 60 seconds
     * @return this builder
     */
    public Builder timeout(Duration timeout) {
      return with(RedisOptions.TIMEOUT, timeout);
    }

    /**
     * Sets the name of this instance: up to 32 letters, digits, {@code .}, {@code _} or {@code -}.
     * Each start appends a random suffix. Without a name, the suffix alone identifies the instance.
     *
     * @param instanceName the name of this instance
     * @return this builder
     */
    public Builder instanceName(String instanceName) {
      return with(RedisOptions.INSTANCE_NAME, instanceName);
    }

    /**
     * Sets how long a publication can be replayed. The default is the retention of samples ({@code
     * METRIC_RAW_RETENTION_HOURS}): one hour, unless configured.
     *
     * @param logRetention how long the log keeps a publication; not negative
     * @return this builder
     */
    public Builder logRetention(Duration logRetention) {
      return with(RedisOptions.LOG_RETENTION, logRetention);
    }

    /**
     * Limits the approximate memory that the log of one channel uses in Redis. The default is 256
     * MiB.
     *
     * @param logBytes the limit in bytes; at least 1
     * @return this builder
     */
    public Builder logBytes(long logBytes) {
      return with(RedisOptions.LOG_BYTES, logBytes);
    }

    /**
     * Limits the approximate memory that the windows of one channel and interval use in Redis. The
     * default is 128 MiB.
     *
     * @param windowBytes the limit in bytes; at least 1
     * @return this builder
     */
    public Builder windowBytes(long windowBytes) {
      return with(RedisOptions.WINDOW_BYTES, windowBytes);
    }

    /**
     * Limits the size of the publications queued for Redis. The default is 16 MiB.
     *
     * @param queueBytes the limit in bytes; at least 1
     * @return this builder
     */
    public Builder queueBytes(long queueBytes) {
      return with(RedisOptions.QUEUE_BYTES, queueBytes);
    }

    /**
     * Limits the number of publications queued for Redis. The default is 100,000.
     *
     * @param queuePublications the limit; at least 1
     * @return this builder
     */
    public Builder queuePublications(int queuePublications) {
      return with(RedisOptions.QUEUE_PUBLICATIONS, queuePublications);
    }

    /**
     * Limits the size of the messages from Redis that wait for delivery. The default is 32 MiB.
     *
     * @param deliveryQueueBytes the limit in bytes; at least 1
     * @return this builder
     */
    public Builder deliveryQueueBytes(long deliveryQueueBytes) {
      return with(RedisOptions.DELIVERY_QUEUE_BYTES, deliveryQueueBytes);
    }

    /**
     * Sets the clock of this machine, which is used until the time of Redis is known.
     *
     * @param clock the clock
     * @return this builder
     */
    public Builder clock(MetricsClock clock) {
      this.clock = clock;
      return this;
    }

    /** Switches the watchdog off, for the test that proves why it is needed. */
    Builder watchdog(boolean enabled) {
      this.watchdog = enabled;
      return this;
    }

    /**
     * Creates the broker, which does not connect before it is started.
     *
     * @return a new broker, not started
     * @throws IllegalArgumentException if a value or {@code REDIS_TIMEOUT} is malformed or out of
     *     range, or if the log retention is not set and the retention variables are malformed
     * @throws IllegalStateException if the Jedis on the class path is too old; the message names
     *     the version to set
     */
    public RedisBroker build() {
      JedisVersion.requireSupported();
      RedisBrokerConfig config =
          RedisBrokerConfig.resolve(
              values,
              Environment.process(),
              RedisUri.parse(redisUrl),
              tls == null ? null : tls.getSocketFactory(),
              watchdog);
      return new RedisBroker(config, clock);
    }

    private <T> Builder with(Option<T> option, T value) {
      values.set(option, value);
      return this;
    }
  }
}
