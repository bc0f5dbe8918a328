package io.greenlang.metrics.redis.internal;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.redis.internal.archive.RedisChannelLog;
import io.greenlang.metrics.redis.internal.archive.WindowReader;
import io.greenlang.metrics.redis.internal.connection.BrokerContext;
import io.greenlang.metrics.redis.internal.connection.HealthTracker;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.delivery.ChannelDelivery;
import io.greenlang.metrics.redis.internal.delivery.DeliveryQueue;
import io.greenlang.metrics.redis.internal.log.ChannelNames;
import io.greenlang.metrics.redis.internal.log.LogPosition;
import io.greenlang.metrics.redis.internal.log.LogReader;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue;
import io.greenlang.metrics.redis.internal.publish.PublishQueue;
import io.greenlang.metrics.redis.internal.subscribe.NodeSubscribers;
import io.greenlang.metrics.redis.internal.support.Epoch;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The opener of channels, one after the other, at the broker's listener. The subscription is
 * established before the log is read, and the dispatcher reads the log again before it follows the
 * bus, so no publication can fall in between. The listener is called under this object's lock.
 * Thread-safe.
 */
final class ChannelOpener implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ChannelOpener.class);

  /** The longest wait for a subscription before the log is read without it. */
  private static final long SUBSCRIBE_MILLIS = 2_000;

  /** How long channels are opened without asking Redis after it failed to reply. */
  private static final long BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final BrokerContext context;
  private final NodeConnections connections;
  private final NodeSubscribers subscribers;
  private final BrokerListener listener;
  private final PublishQueue publishQueue;
  private final DeliveryQueue deliveryQueue;
  private final LogReader reader;
  private final WindowReader windows;
  private final ChannelNames channelNames;
  private final Map<Channel, ChannelPublishQueue> queues = new ConcurrentHashMap<>();
  private @Nullable Long failedNanos;

  ChannelOpener(
      BrokerContext context,
      NodeSubscribers subscribers,
      BrokerListener listener,
      PublishQueue publishQueue,
      DeliveryQueue deliveryQueue) {
    this.context = context;
    this.connections = context.newConnections();
    this.subscribers = subscribers;
    this.listener = listener;
    this.publishQueue = publishQueue;
    this.deliveryQueue = deliveryQueue;
    this.reader = new LogReader(connections);
    this.windows = new WindowReader(connections, context.counters());
    this.channelNames = new ChannelNames(connections);
  }

  /** Returns the channels that exist in Redis. */
  synchronized Set<Channel> existingChannels() throws RedisException {
    return channelNames.discover(Set.of());
  }

  /**
   * Returns the publish queue of a channel; null if the channel is not open. Does not take the
   * lock.
   */
  @Nullable ChannelPublishQueue find(Channel channel) {
    return queues.get(channel);
  }

  /** Returns the open channels. Does not take the lock. */
  Set<Channel> openChannels() {
    return Set.copyOf(queues.keySet());
  }

  /**
   * Opens a channel at the listener, unless it is open.
   *
   * @throws IllegalArgumentException if the listener rejects the channel
   */
  synchronized void open(Channel channel) throws InterruptedException {
    if (queues.containsKey(channel)) {
      return;
    }
    LogPosition end = subscribeAndFindEnd(channel);
    try {
      open(channel, end);
    } catch (RuntimeException | Error e) {
      subscribers.remove(channel);
      context.health().clear(HealthTracker.Activity.OPEN);
      throw e;
    }
    register(channel, end != null);
  }

  private void open(Channel channel, @Nullable LogPosition end) {
    ChannelPublishQueue queue = publishQueue.queueOf(channel);
    ChannelDelivery delivery =
        end == null ? openWithoutLog(channel, queue) : openWithLog(channel, queue, end);
    if (channel.equals(FigureDescriptions.CHANNEL)) {
      listener.onDescriptions(channel, FigureDescriptions.ALL);
    }
    queues.put(channel, queue);
    deliveryQueue.add(new DeliveryQueue.Opened(delivery));
  }

  private ChannelDelivery openWithoutLog(Channel channel, ChannelPublishQueue queue) {
    String epoch = Epoch.random();
    listener.onChannelOpened(channel, ChannelLog.empty(epoch));
    return new ChannelDelivery(context, queue, publishQueue, listener, null, epoch);
  }

  private ChannelDelivery openWithLog(Channel channel, ChannelPublishQueue queue, LogPosition end) {
    RedisChannelLog history = new RedisChannelLog(context, channel, end, reader, windows);
    listener.onChannelOpened(channel, history);
    ChannelDelivery delivery =
        new ChannelDelivery(context, queue, publishQueue, listener, end, end.epoch());
    if (history.isIncomplete()) {
      delivery.addMissed(Gap.UNKNOWN);
    }
    return delivery;
  }

  /**
   * Announces the channel to other instances. If that is not possible now, the heartbeat does it,
   * or reports the reason.
   */
  private void register(Channel channel, boolean reachable) {
    if (reachable) {
      try {
        channelNames.add(channel);
      } catch (RedisException e) {
        log.debug("Channel {} is not yet registered in Redis", channel, e);
      }
    }
  }

  private boolean isBackingOff() {
    Long failure = failedNanos;
    return failure != null && System.nanoTime() - failure < BACKOFF_NANOS;
  }

  /**
   * Returns the end of a channel's log, once its bus is subscribed; null if Redis does not reply.
   */
  private @Nullable LogPosition subscribeAndFindEnd(Channel channel) throws InterruptedException {
    try {
      subscribers.add(channel);
      if (isBackingOff()) {
        return null;
      }
      reader.end(channel); // if Redis refuses, there is no point in waiting for a subscription
      subscribers.awaitSubscribed(channel, SUBSCRIBE_MILLIS); // a later one reads the log again
      LogPosition end = reader.end(channel).position();
      failedNanos = null;
      return end;
    } catch (RedisException e) {
      if (e.kind() != RedisException.Kind.CONFLICTING_DATA) {
        failedNanos = System.nanoTime();
      }
      context.health().report(HealthTracker.Activity.OPEN, e);
      return null;
    }
  }

  @Override
  public synchronized void close() {
    connections.close();
  }
}
