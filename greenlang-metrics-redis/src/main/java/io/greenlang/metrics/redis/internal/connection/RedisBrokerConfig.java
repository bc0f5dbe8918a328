package io.greenlang.metrics.redis.internal.connection;

import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.config.Environment;
import io.greenlang.metrics.internal.config.OptionValues;
import io.greenlang.metrics.redis.internal.support.Epoch;
import java.time.Duration;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a broker.
 *
 * @param address the address of Redis
 * @param tls creates TLS sockets; null for the platform's default
 * @param timeout how long Redis may take to answer before it counts as unavailable
 * @param instanceId the name of this instance; new at each start, because sequences start over
 * @param logRetention how long a publication can be replayed
 * @param logBytes the approximate limit of the memory of a channel's log in Redis
 * @param windowBytes the same for a channel's windows of one interval
 * @param queueBytes the limit of the publications queued for Redis, in bytes
 * @param queuePublications the limit of their number
 * @param deliveryQueueBytes the limit of the messages that wait for delivery, in bytes
 * @param watchdog whether unresponsive subscriptions are re-established; a test switches it off
 */
public record RedisBrokerConfig(
    RedisUri address,
    @Nullable SSLSocketFactory tls,
    Duration timeout,
    String instanceId,
    Duration logRetention,
    long logBytes,
    long windowBytes,
    long queueBytes,
    int queuePublications,
    long deliveryQueueBytes,
    boolean watchdog) {

  /**
   * Resolves the options of a broker.
   *
   * @param values the builder's values
   * @throws IllegalArgumentException if a value or variable is malformed or out of range; the
   *     message names it
   */
  public static RedisBrokerConfig resolve(
      OptionValues values,
      Environment environment,
      RedisUri address,
      @Nullable SSLSocketFactory tls,
      boolean watchdog) {
    return new RedisBrokerConfig(
        address,
        tls,
        values.resolve(RedisOptions.TIMEOUT, environment),
        instanceId(values.resolveOptional(RedisOptions.INSTANCE_NAME, environment)),
        logRetention(values.resolveOptional(RedisOptions.LOG_RETENTION, environment)),
        values.resolve(RedisOptions.LOG_BYTES, environment),
        values.resolve(RedisOptions.WINDOW_BYTES, environment),
        values.resolve(RedisOptions.QUEUE_BYTES, environment),
        values.resolve(RedisOptions.QUEUE_PUBLICATIONS, environment),
        values.resolve(RedisOptions.DELIVERY_QUEUE_BYTES, environment),
        watchdog);
  }

  private static String instanceId(@Nullable String name) {
    String suffix = Epoch.random();
    return name == null ? suffix : name + "-" + suffix;
  }

  private static Duration logRetention(@Nullable Duration configured) {
    return configured != null
        ? configured
        : Retention.fromEnvironment().duration(RetentionTier.RAW);
  }
}
