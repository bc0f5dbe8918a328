package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.broker.BrokerReceiver;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Interruption;
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
final class Opener implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Opener.class);

  /** The longest wait for a subscription before the log is read without it. */
  private static final long SUBSCRIBE_MILLIS = 2_000;

  /** How long channels are opened without asking Redis after it failed to reply. */
  private static final long BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Settings settings;
  private final Links links;
  private final Subscribers subscribers;
  private final BrokerReceiver receiver;
  private final Outbox outbox;
  private final Inbox inbox;
  private final Troubles troubles;
  private final Counters counters;
  private final LogReader reader;
  private final WindowReader windows;
  private final ChannelNames channelNames;
  private final Map<Channel, Lane> lanes = new ConcurrentHashMap<>();
  private @Nullable Long failedNanos;

  Opener(
      Settings settings,
      Links links,
      Subscribers subscribers,
      BrokerReceiver receiver,
      Outbox outbox,
      Inbox inbox,
      Troubles troubles,
      Counters counters) {
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
  synchronized Set<Channel> look() throws RedisFailure {
    return channelNames.look(Set.of());
  }

  /**
   * Returns the publish queue of a channel; null if the channel is not open. Does not take the
   * lock.
   */
  @Nullable Lane find(Channel channel) {
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
      troubles.clear(Troubles.Scope.OPEN);
      throw e;
    }
    register(channel, end != null);
  }

  private void open(Channel channel, @Nullable LogPosition end) {
    Course course;
    Lane lane = outbox.lane(channel);
    if (end == null) {
      String epoch = Epochs.next();
      receiver.open(channel, ChannelLog.empty(epoch));
      course = new Course(settings, lane, outbox, receiver, counters, null, epoch);
    } else {
      RedisChannelLog history =
          new RedisChannelLog(channel, end, reader, windows, counters, troubles);
      receiver.open(channel, history);
      course = new Course(settings, lane, outbox, receiver, counters, end, end.epoch());
      if (history.isIncomplete()) {
        course.owe(Interruption.UNKNOWN);
      }
    }
    lanes.put(channel, lane);
    inbox.add(new Inbox.Opened(course));
  }

  /**
   * Announces the channel to other instances. If that is not possible now, the heartbeat does it,
   * or reports the reason.
   */
  private void register(Channel channel, boolean reachable) {
    if (reachable) {
      try {
        channelNames.add(channel);
      } catch (RedisFailure e) {
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
      subscribers.isHeard(channel, SUBSCRIBE_MILLIS); // a later subscription has the log read again
      LogPosition end = reader.end(channel).position();
      failedNanos = null;
      return end;
    } catch (RedisFailure e) {
      if (e.kind() != RedisFailure.Kind.FOREIGN_DATA) {
        failedNanos = System.nanoTime();
      }
      troubles.report(Troubles.Scope.OPEN, e);
      return null;
    }
  }

  @Override
  public synchronized void close() {
    links.close();
  }
}
