package io.greenlang.metrics.redis.internal;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.redis.internal.archive.RedisChannelLog;
import io.greenlang.metrics.redis.internal.archive.WindowReader;
import io.greenlang.metrics.redis.internal.connection.HealthTracker;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisBrokerConfig;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.delivery.ChannelDelivery;
import io.greenlang.metrics.redis.internal.delivery.DeliveryQueue;
import io.greenlang.metrics.redis.internal.log.ChannelNames;
import io.greenlang.metrics.redis.internal.log.LogPosition;
import io.greenlang.metrics.redis.internal.log.LogReader;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue;
import io.greenlang.metrics.redis.internal.publish.PublishQueue;
import io.greenlang.metrics.redis.internal.subscribe.NodeSubscribers;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import io.greenlang.metrics.redis.internal.support.Epoch;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens channels at the receiver, one after the other. The subscription is established before the
 * log is read, and the dispatcher reads the log again before it follows the bus, so no publication
 * can fall in between. The receiver is called under this object's lock. Thread-safe.
 */
final class ChannelOpener implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ChannelOpener.class);

  /** The longest wait for a subscription before the log is read without it. */
  private static final long SUBSCRIBE_MILLIS = 2_000;

  /** How long channels are opened without asking Redis after it failed to reply. */
  private static final long BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final RedisBrokerConfig settings;
  private final NodeConnections links;
  private final NodeSubscribers subscribers;
  private final BrokerListener receiver;
  private final PublishQueue outbox;
  private final DeliveryQueue inbox;
  private final HealthTracker troubles;
  private final BrokerCounters counters;
  private final LogReader reader;
  private final WindowReader windows;
  private final ChannelNames channelNames;
  private final Map<Channel, ChannelPublishQueue> lanes = new ConcurrentHashMap<>();
  private @Nullable Long failedNanos;

  ChannelOpener(
      RedisBrokerConfig settings,
      NodeConnections links,
      NodeSubscribers subscribers,
      BrokerListener receiver,
      PublishQueue outbox,
      DeliveryQueue inbox,
      HealthTracker troubles,
      BrokerCounters counters) {
    this.settings = settings;
    this.links = links;
    this.subscribers = subscribers;
    this.receiver = receiver;
    this.outbox = outbox;
    this.inbox = inbox;
    this.troubles = troubles;
    this.counters = counters;
    this.reader = new LogReader(links);
    this.windows = new WindowReader(links, counters);
    this.channelNames = new ChannelNames(links);
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
    return lanes.get(channel);
  }

  /**
   * Opens a channel at the receiver, unless it is open.
   *
   * @throws IllegalArgumentException if the receiver rejects the channel
   */
  synchronized void open(Channel channel) throws InterruptedException {
    if (lanes.containsKey(channel)) {
      return;
    }
    LogPosition end = subscribeAndFindEnd(channel);
    try {
      open(channel, end);
    } catch (RuntimeException e) {
      subscribers.remove(channel);
      troubles.clear(HealthTracker.Activity.OPEN);
      throw e;
    }
    register(channel, end != null);
  }

  private void open(Channel channel, @Nullable LogPosition end) {
    ChannelDelivery course;
    ChannelPublishQueue lane = outbox.queueOf(channel);
    if (end == null) {
      String epoch = Epoch.next();
      receiver.onChannelOpened(channel, ChannelLog.empty(epoch));
      course = new ChannelDelivery(settings, lane, outbox, receiver, counters, null, epoch);
    } else {
      RedisChannelLog history =
          new RedisChannelLog(channel, end, reader, windows, counters, troubles);
      receiver.onChannelOpened(channel, history);
      course = new ChannelDelivery(settings, lane, outbox, receiver, counters, end, end.epoch());
      if (history.isIncomplete()) {
        course.owe(Gap.UNKNOWN);
      }
    }
    lanes.put(channel, lane);
    inbox.add(new DeliveryQueue.Opened(course));
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
      subscribers.awaitSubscribed(
          channel, SUBSCRIBE_MILLIS); // a later subscription has the log read again
      LogPosition end = reader.end(channel).position();
      failedNanos = null;
      return end;
    } catch (RedisException e) {
      if (e.kind() != RedisException.Kind.CONFLICTING_DATA) {
        failedNanos = System.nanoTime();
      }
      troubles.report(HealthTracker.Activity.OPEN, e);
      return null;
    }
  }

  @Override
  public synchronized void close() {
    links.close();
  }
}
