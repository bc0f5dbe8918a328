package io.greenlang.metrics.redis;

import java.time.Duration;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * How a broker was asked to be.
 *
 * @param address where Redis is
 * @param tls makes TLS connections; null for the platform's
 * @param node names this instance among the others; new at each start, because sequences begin anew
 * @param logRetention how long a publication can be had again
 * @param logBytes how much of Redis' memory a channel's log may take, about
 * @param windowBytes the same of a channel's windows of each length
 * @param queueBytes how much may wait for Redis
 * @param queuePublications how many may
 * @param inboxBytes how much may wait for delivery
 * @param watchdog whether a subscription that hears nothing is made anew; without it, tests fail
 */
record Settings(
    RedisAddress address,
    @Nullable SSLSocketFactory tls,
    String node,
    Duration logRetention,
    long logBytes,
    long windowBytes,
    long queueBytes,
    int queuePublications,
    long inboxBytes,
    boolean watchdog) {}
