package io.greenlang.metrics.redis.internal.delivery;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.internal.connection.BrokerContext;
import io.greenlang.metrics.redis.internal.connection.HealthTracker;
import io.greenlang.metrics.redis.internal.connection.NodeAddress;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.log.LogEntry;
import io.greenlang.metrics.redis.internal.log.LogMessage;
import io.greenlang.metrics.redis.internal.log.LogPosition;
import io.greenlang.metrics.redis.internal.log.LogReader;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue;
import io.greenlang.metrics.redis.internal.publish.PublishQueue;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import io.greenlang.metrics.redis.internal.support.BrokerCounters.Counter;
import io.greenlang.metrics.redis.internal.support.MalformedDataException;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The single thread that delivers everything to the broker's listener, in order.
 *
 * <p>It follows the bus only while each message continues directly after the last delivered entry.
 * In any other case it reads the log, which is authoritative.
 */
public final class Dispatcher implements Runnable {

  /** The observer of everything that is consumed from the logs. It must not block. */
  public interface LogListener {
    /** Called when the dispatcher starts to follow a channel's log. */
    void onChannelFollowed(Channel channel);

    /** Called with each entry that is consumed. */
    void onEntry(Channel channel, LogEntry entry);
  }

  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  private final Map<Channel, ChannelDelivery> deliveries = new ConcurrentHashMap<>();
  private final DeliveryQueue deliveryQueue;
  private final PublishQueue publishQueue;
  private final NodeConnections connections;
  private final LogCatchUp catchUp;
  private final LogListener logListener;
  private final HealthTracker health;
  private final BrokerCounters counters;
  private final LongSupplier logMillis;

  /** When the event in progress arrived, in monotonic time; 0 if there is none. */
  private volatile long currentEventNanos;

  /**
   * Creates a dispatcher that is not running.
   *
   * @param logMillis the log time, as far as it is known
   */
  public Dispatcher(
      BrokerContext context,
      DeliveryQueue deliveryQueue,
      PublishQueue publishQueue,
      LogListener logListener,
      LongSupplier logMillis) {
    this.deliveryQueue = deliveryQueue;
    this.publishQueue = publishQueue;
    this.connections = context.newConnections();
    this.catchUp = new LogCatchUp(new LogReader(connections), context.counters());
    this.logListener = logListener;
    this.health = context.health();
    this.counters = context.counters();
    this.logMillis = logMillis;
  }

  /**
   * Returns the position up to which a channel's log was consumed; null if it was never read. Any
   * thread.
   */
  public @Nullable LogPosition position(Channel channel) {
    ChannelDelivery delivery = deliveries.get(channel);
    return delivery == null ? null : delivery.position();
  }

  /** Returns the monotonic time up to which all received events are delivered. Any thread. */
  public long deliveredUpTo(long now) {
    long current = currentEventNanos;
    return current == 0 ? deliveryQueue.oldestNanos(now) : current;
  }

  @Override
  public void run() {
    try (connections) {
      DeliveryQueue.Event event = deliveryQueue.awaitEvent();
      while (event != null) {
        currentEventNanos = arrivalNanos(event);
        try {
          dispatch(event);
        } catch (RuntimeException | Error e) {
          log.error("Failed to process an event from Redis", e);
        }
        currentEventNanos = 0;
        event = deliveryQueue.awaitEvent();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is closed
    }
  }

  private static long arrivalNanos(DeliveryQueue.Event event) {
    return event instanceof DeliveryQueue.Message message
        ? message.arrivalNanos()
        : System.nanoTime();
  }

  private void dispatch(DeliveryQueue.Event event) {
    if (event instanceof DeliveryQueue.Message message) {
      onBusMessage(message);
    } else if (event instanceof DeliveryQueue.LocalPublications local) {
      deliverLocalPublications(local.queue());
    } else if (event instanceof DeliveryQueue.Rejoined rejoined) {
      onRejoined(rejoined.queue().channel());
    } else if (event instanceof DeliveryQueue.Opened opened) {
      onOpened(opened.delivery());
    } else if (event instanceof DeliveryQueue.Subscribed subscribed) {
      readLogsOf(subscribed.channels());
    } else if (event instanceof DeliveryQueue.Retry retry) {
      readLogsOf(retry.unsubscribed());
    }
  }

  private void onOpened(ChannelDelivery delivery) {
    deliveries.put(delivery.channel(), delivery);
    delivery.setLogListener(logListener);
    logListener.onChannelFollowed(delivery.channel());
    deliverLocalPublications(delivery.queue());
    readStaleLogs();
    health.clear(HealthTracker.Activity.OPEN); // the read above reports a failure that persists
  }

  private void onRejoined(Channel channel) {
    if (deliveries.containsKey(channel)) {
      readLogsOf(Set.of(channel));
    }
  }

  private void onBusMessage(DeliveryQueue.Message message) {
    ChannelDelivery delivery = deliveries.get(message.channel());
    if (delivery == null || delivery.isLocalMode() || delivery.isStale()) {
      return; // a later read of the log delivers it
    }
    try {
      if (!delivery.onBusMessage(LogMessage.read(message.bytes()))) {
        readStaleLogs();
      }
    } catch (MalformedDataException e) {
      log.debug("Skipped a malformed message on the bus of {}", message.channel(), e);
      counters.increment(Counter.MALFORMED);
    }
  }

  private void deliverLocalPublications(ChannelPublishQueue queue) {
    ChannelDelivery delivery = deliveries.get(queue.channel());
    if (delivery == null) {
      return; // the opening delivers them
    }
    PublishQueue.LocalDelivery local = publishQueue.pollLocal(queue);
    while (local.lostMetrics() > 0 || local.next() != null) {
      delivery.onLocalLoss(local.lostMetrics());
      if (local.next() != null) {
        delivery.onLocalPublication(local.next(), logMillis.getAsLong());
      }
      local = publishQueue.pollLocal(queue);
    }
  }

  /** Reads the logs of channels that may have missed messages, and of all stale ones. */
  private void readLogsOf(Set<Channel> channels) {
    channels.stream()
        .map(deliveries::get)
        .filter(Objects::nonNull)
        .forEach(ChannelDelivery::markStale);
    readStaleLogs();
  }

  /**
   * Reads the logs of all stale channels, on each node that replies. A channel in local mode
   * receives the publications of other instances only this way, once per second.
   */
  private void readStaleLogs() {
    ReadPass pass = new ReadPass();
    for (ChannelDelivery delivery : deliveries.values()) {
      if (delivery.isStale() || delivery.isLocalMode()) {
        pass.read(delivery);
        if (pass.isAborted) {
          return;
        }
      }
    }
    if (!pass.hasFailures) {
      health.clear(HealthTracker.Activity.READ);
    }
  }

  /** One pass over the logs, which queries an unreachable node only once. */
  private final class ReadPass {

    private final Set<NodeAddress> unreachable = new HashSet<>();
    private boolean hasFailures;
    private boolean isAborted;

    void read(ChannelDelivery delivery) {
      NodeAddress node = null;
      try {
        node = connections.nodeOf(delivery.queue().logKey());
        if (!unreachable.contains(node)) { // it would time out again
          readLog(delivery);
        }
      } catch (RedisException e) {
        onFailure(node, e);
      }
    }

    private void onFailure(@Nullable NodeAddress node, RedisException failure) {
      hasFailures = true;
      health.report(HealthTracker.Activity.READ, failure);
      if (failure.kind() == RedisException.Kind.UNREACHABLE) {
        if (node == null) {
          isAborted = true; // no node knows the slots; the heartbeat retries once per second
        } else {
          unreachable.add(node);
        }
      }
    }
  }

  private void readLog(ChannelDelivery delivery) throws RedisException {
    // Checked before the read, so that the log contains all publications of local mode.
    boolean followsLog = publishQueue.isFollowingLog(delivery.queue());
    catchUp.run(delivery);
    if (followsLog) {
      delivery.leaveLocalMode();
    }
  }
}
