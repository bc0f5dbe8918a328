package io.greenlang.metrics.redis.internal.connection;

import java.time.Duration;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a broker.
 *
 * @param address the address of Redis
 * @param tls creates TLS sockets; null for the platform's default
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
    String instanceId,
    Duration logRetention,
    long logBytes,
    long windowBytes,
    long queueBytes,
    int queuePublications,
    long deliveryQueueBytes,
    boolean watchdog) {}
