package io.greenlang.metrics.redis.internal;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.broker.Revocation;
import io.greenlang.metrics.broker.WindowArchive;
import io.greenlang.metrics.internal.util.NamedThreads;
import io.greenlang.metrics.redis.internal.archive.RedisWindowArchive;
import io.greenlang.metrics.redis.internal.connection.BoundedReply;
import io.greenlang.metrics.redis.internal.connection.BrokerContext;
import io.greenlang.metrics.redis.internal.connection.HealthTracker;
import io.greenlang.metrics.redis.internal.connection.RedisBrokerConfig;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.delivery.DeliveryQueue;
import io.greenlang.metrics.redis.internal.delivery.Dispatcher;
import io.greenlang.metrics.redis.internal.external.ExternalPublishers;
import io.greenlang.metrics.redis.internal.log.LogClock;
import io.greenlang.metrics.redis.internal.membership.InstanceRegistry;
import io.greenlang.metrics.redis.internal.metadata.DescriptionExchange;
import io.greenlang.metrics.redis.internal.metadata.RevocationExchange;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue;
import io.greenlang.metrics.redis.internal.publish.PublishQueue;
import io.greenlang.metrics.redis.internal.publish.Publisher;
import io.greenlang.metrics.redis.internal.subscribe.NodeSubscribers;
import io.greenlang.metrics.redis.internal.subscribe.TopicSubscriber;
import io.greenlang.metrics.redis.internal.support.BrokerCounters.Counter;
import io.greenlang.metrics.redis.internal.support.Keys;
import io.greenlang.metrics.redis.internal.support.MalformedDataException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A started broker: the wiring of its components, and their threads. Thread-safe.
 *
 * <p>A publication takes this path: {@link PublishQueue}, {@link Publisher}, the log in Redis, the
 * bus, {@link TopicSubscriber}, {@link DeliveryQueue}, {@link Dispatcher}, and the broker's
 * listener. While Redis is unavailable, it goes from the {@link PublishQueue} directly to the
 * {@link DeliveryQueue}.
 */
public final class BrokerRuntime implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(BrokerRuntime.class);

  /**
   * The interval of heartbeats and a margin. A subscription without a heartbeat for that long and
   * the timeout of Redis is unresponsive.
   */
  private static final long HEARTBEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(1_200);

  private static final long WATCH_MILLIS = 100;

  /** The time allowed for a publication from Redis' clock to this instance. */
  private static final long DELIVERY_ALLOWANCE_MILLIS = 300;

  /** The longest time that a broken subscription holds back the watermark. Windows must close. */
  private static final long MAX_WATERMARK_LAG_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final long FLUSH_MILLIS = 1_000;
  private static final long JOIN_MILLIS = 2_000;

  private final BrokerContext context;
  private final LogClock logClock;
  private final InstanceRegistry instances;
  private final DeliveryQueue deliveryQueue;
  private final PublishQueue publishQueue;
  private final ExternalPublishers externalPublishers;
  private final Dispatcher dispatcher;
  private final NodeSubscribers subscribers;
  private final ChannelOpener opener;
  private final HeartbeatTask heartbeat;
  private final Publisher publisher;
  private final RedisWindowArchive archive;
  private final DescriptionExchange descriptions;
  private final RevocationExchange revocations;
  private final List<Thread> threads = new ArrayList<>();
  private final ExecutorService openExecutor =
      Executors.newSingleThreadExecutor(NamedThreads.single("greenlang-redis-open"));
  private final ScheduledExecutorService watchdogExecutor =
      Executors.newSingleThreadScheduledExecutor(NamedThreads.single("greenlang-redis-watch"));

  /** Creates a runtime whose threads are not running. */
  public BrokerRuntime(RedisBrokerConfig config, MetricsClock clock, BrokerListener listener) {
    context = BrokerContext.of(config);
    logClock = new LogClock(clock);
    instances = new InstanceRegistry(config.instanceId());
    deliveryQueue = new DeliveryQueue(config.deliveryQueueBytes(), context.counters());
    publishQueue = new PublishQueue(config, context.counters(), deliveryQueue);
    externalPublishers = new ExternalPublishers(context, clock, instances);
    dispatcher =
        new Dispatcher(context, deliveryQueue, publishQueue, externalPublishers, logClock::millis);
    subscribers = new NodeSubscribers(context, Keys::busTopic, new BusListener());
    opener = new ChannelOpener(context, subscribers, listener, publishQueue, deliveryQueue);
    heartbeat =
        new HeartbeatTask(context, subscribers, instances, logClock, new HeartbeatListener());
    publisher =
        new Publisher(
            context,
            publishQueue,
            queue -> dispatcher.position(queue.channel()),
            heartbeat::wakeUp);
    archive = new RedisWindowArchive(context);
    descriptions = new DescriptionExchange(context, listener, opener::openChannels);
    revocations = new RevocationExchange(context, listener, clock);
  }

  /** Starts the threads, and waits until the existing channels are open, or until the timeout. */
  public void start(long timeoutMillis) {
    externalPublishers.start();
    threads.add(NamedThreads.start("greenlang-redis-deliver", dispatcher));
    threads.add(NamedThreads.start("greenlang-redis-publish", publisher));
    threads.add(NamedThreads.start("greenlang-redis-archive", archive));
    threads.add(NamedThreads.start("greenlang-redis-describe", descriptions));
    threads.add(NamedThreads.start("greenlang-redis-revoke", revocations));
    Future<?> opened = openExecutor.submit(this::openExistingChannels);
    threads.add(NamedThreads.start("greenlang-redis-heartbeat", heartbeat));
    if (context.config().watchdog()) {
      watchdogExecutor.scheduleAtFixedRate(
          this::checkSubscriptions, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }
    await(opened, timeoutMillis);
  }

  private static void await(Future<?> opened, long timeoutMillis) {
    try {
      opened.get(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.warn(
          "Not all channels in Redis could be opened within {} ms; retrying in the background",
          timeoutMillis);
    } catch (ExecutionException e) {
      log.error("Failed to open the channels in Redis", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the caller does not want to wait
    }
  }

  private void openExistingChannels() {
    try {
      openAll(opener.existingChannels());
    } catch (RedisException e) {
      context.health().report(HealthTracker.Activity.HEARTBEAT, e);
    }
  }

  private void openAll(Set<Channel> channels) {
    for (Channel channel : channels) {
      try {
        opener.open(channel);
      } catch (IllegalArgumentException e) {
        log.warn("Skipped a channel of another instance: {}", e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // the broker is closed
        return;
      }
    }
    descriptions.wakeUp();
  }

  /**
   * Opens a channel, unless it is open.
   *
   * @throws IllegalArgumentException if the listener rejects the channel
   */
  public void openChannel(Channel channel) {
    if (opener.find(channel) == null) {
      try {
        opener.open(channel);
        heartbeat.wakeUp(); // the heartbeat announces it to the other instances
        descriptions.wakeUp();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while channel " + channel + " was opened", e);
      }
    }
  }

  /** Queues metrics for Redis. Does not wait for it. */
  public void publish(Channel channel, List<Metric> metrics) {
    ChannelPublishQueue queue = opener.find(channel);
    if (queue == null) {
      throw new IllegalStateException("channel " + channel + " was not added");
    }
    publishQueue.add(queue, metrics);
  }

  /** Shares descriptions of metrics with the other instances. */
  public void describe(Channel channel, Collection<MetricDescription> metrics) {
    descriptions.describe(channel, metrics);
  }

  /** Shares a revocation with all instances. */
  public void revoke(Revocation revocation) {
    revocations.revoke(revocation);
  }

  /** Returns the time of Redis up to which everything has probably been delivered. */
  public long watermarkMillis() {
    long now = System.nanoTime();
    long received = now;
    for (TopicSubscriber subscriber : subscribers.all()) {
      received = Math.min(received, subscriber.disconnectedNanos(now));
    }
    long delivered = Math.min(received, dispatcher.deliveredUpTo(now));
    return logClock.millisAt(Math.max(delivered, now - MAX_WATERMARK_LAG_NANOS))
        - DELIVERY_ALLOWANCE_MILLIS;
  }

  /** Returns the archive of windows. */
  public WindowArchive archive() {
    return archive;
  }

  /** Returns the current state. */
  public BrokerState state() {
    return new BrokerHealth(
            context,
            logClock,
            instances,
            publishQueue,
            subscribers,
            heartbeat.memory(),
            externalPublishers)
        .state();
  }

  private void checkSubscriptions() {
    try {
      long nanos = context.config().timeout().toNanos() + HEARTBEAT_NANOS;
      subscribers.reconnectUnresponsive(nanos);
      externalPublishers.reconnectUnresponsive(nanos);
    } catch (RuntimeException | Error e) {
      log.error("Subscription watchdog failed; retrying", e);
    }
  }

  /** Stops the heartbeats without a goodbye, as if the process had crashed; for tests. */
  public void stopHeartbeats() {
    heartbeat.stopSilently();
  }

  @Override
  public void close() {
    publishQueue.close(FLUSH_MILLIS);
    heartbeat.close();
    archive.close();
    descriptions.close();
    revocations.close();
    subscribers.close();
    externalPublishers.close();
    watchdogExecutor.shutdownNow();
    deliveryQueue.close();
    threads.forEach(thread -> NamedThreads.join(thread, JOIN_MILLIS));
    openExecutor.shutdownNow();
    opener.close();
  }

  /** The listener of the subscriptions to the channels' buses. */
  private final class BusListener implements TopicSubscriber.Listener {
    @Override
    public void onMessage(Channel channel, byte[] bytes) {
      if (bytes == BoundedReply.TOO_LARGE) {
        context.counters().increment(Counter.MALFORMED); // we never publish messages that large
        return;
      }
      deliveryQueue.addMessage(new DeliveryQueue.Message(channel, bytes, System.nanoTime()));
    }

    @Override
    public void onHeartbeat(TopicSubscriber subscriber, byte[] bytes) {
      try {
        InstanceRegistry.Heartbeat received = instances.onHeartbeat(bytes);
        if (received.isOwn()) {
          subscriber.recordHeartbeat();
        } else if (received.channels() > heartbeat.channels()) {
          heartbeat.wakeUp();
        }
      } catch (MalformedDataException e) {
        context.counters().increment(Counter.MALFORMED);
      }
    }

    @Override
    public void onChannelsSubscribed(Set<Channel> channels) {
      deliveryQueue.add(new DeliveryQueue.Subscribed(channels));
    }

    @Override
    public void onSubscribed() {
      context.health().clear(HealthTracker.Activity.SUBSCRIBE);
    }

    @Override
    public void onDisconnected() {
      context.counters().increment(Counter.RECONNECTS);
    }

    @Override
    public void onFailure(RedisException cause) {
      context.health().report(HealthTracker.Activity.SUBSCRIBE, cause);
    }
  }

  /** The listener of the heartbeat. */
  private final class HeartbeatListener implements HeartbeatTask.Listener {
    @Override
    public void onRedisReachable() {
      externalPublishers.refresh();
      if (publishQueue.isAnyLocal()) {
        publishQueue.retry();
      }
      Set<Channel> unsubscribed = new HashSet<>();
      subscribers.all().forEach(subscriber -> unsubscribed.addAll(subscriber.unsubscribed()));
      deliveryQueue.add(new DeliveryQueue.Retry(unsubscribed));
    }

    @Override
    public void onChannelsFound(Set<Channel> channels) {
      if (!openExecutor.isShutdown()) {
        openExecutor.execute(() -> openAll(channels));
      }
    }
  }
}
