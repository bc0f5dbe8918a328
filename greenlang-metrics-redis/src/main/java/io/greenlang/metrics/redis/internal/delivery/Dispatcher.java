package io.greenlang.metrics.redis.internal.delivery;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.internal.connection.HealthTracker;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.external.ExternalPublishers;
import io.greenlang.metrics.redis.internal.log.LogEntry;
import io.greenlang.metrics.redis.internal.log.LogMessage;
import io.greenlang.metrics.redis.internal.log.LogPosition;
import io.greenlang.metrics.redis.internal.log.LogReader;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue;
import io.greenlang.metrics.redis.internal.publish.PublishQueue;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
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
import redis.clients.jedis.HostAndPort;

/**
 * The single thread that delivers everything to the receiver, in order.
 *
 * <p>It follows the bus only while each message continues directly after the last delivered entry.
 * In any other case it reads the log, which is authoritative.
 */
public final class Dispatcher implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  private final Map<Channel, ChannelDelivery> courses = new ConcurrentHashMap<>();
  private final DeliveryQueue inbox;
  private final PublishQueue outbox;
  private final NodeConnections links;
  private final LogCatchUp catchUp;
  private final ExternalPublishers externalPublishers;
  private final HealthTracker troubles;
  private final BrokerCounters counters;
  private final LongSupplier millis;

  /** When the event in progress arrived, in monotonic time; 0 if there is none. */
  private volatile long currentEventNanos;

  /**
   * Creates a dispatcher that is not running.
   *
   * @param millis the log time, as far as it is known
   */
  public Dispatcher(
      DeliveryQueue inbox,
      PublishQueue outbox,
      NodeConnections links,
      ExternalPublishers externalPublishers,
      HealthTracker troubles,
      BrokerCounters counters,
      LongSupplier millis) {
    this.inbox = inbox;
    this.outbox = outbox;
    this.links = links;
    this.catchUp = new LogCatchUp(new LogReader(links), counters);
    this.externalPublishers = externalPublishers;
    this.troubles = troubles;
    this.counters = counters;
    this.millis = millis;
  }

  /**
   * Returns the position up to which a channel's log was consumed; null if it was never read. Any
   * thread.
   */
  @Nullable
  public LogPosition position(Channel channel) {
    ChannelDelivery course = courses.get(channel);
    return course == null ? null : course.position();
  }

  /**
   * Returns a moment of monotonic time before which everything that arrived has been delivered. Any
   * thread.
   */
  public long deliveredUpTo(long now) {
    long current = currentEventNanos;
    return current == 0 ? inbox.oldestNanos(now) : current;
  }

  @Override
  public void run() {
    try (links) {
      for (DeliveryQueue.Event event = inbox.awaitEvent();
          event != null;
          event = inbox.awaitEvent()) {
        currentEventNanos =
            event instanceof DeliveryQueue.Message message
                ? message.arrivalNanos()
                : System.nanoTime();
        try {
          dispatch(event);
        } catch (RuntimeException e) {
          log.error("Failed to process an event from Redis", e);
        }
        currentEventNanos = 0;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is closed
    }
  }

  private void dispatch(DeliveryQueue.Event event) {
    if (event instanceof DeliveryQueue.Message message) {
      onBusMessage(message);
    } else if (event instanceof DeliveryQueue.LocalPublications work) {
      takeLocal(work.queue());
    } else if (event instanceof DeliveryQueue.Rejoined back) {
      join(back.queue());
    } else if (event instanceof DeliveryQueue.Opened opened) {
      courses.put(opened.delivery().channel(), opened.delivery());
      opened.delivery().setExternalPublishers(externalPublishers);
      externalPublishers.add(opened.delivery().channel());
      takeLocal(opened.delivery().lane());
      refresh();
      troubles.clear(HealthTracker.Activity.OPEN); // the read above reports a failure that persists
    } else if (event instanceof DeliveryQueue.Subscribed subscribed) {
      refresh(subscribed.channels());
    } else if (event instanceof DeliveryQueue.Retry retry) {
      refresh(retry.unsubscribed());
    }
  }

  /**
   * Marks the channels that may have missed messages as stale, and reads the logs of all stale
   * channels.
   */
  private void refresh(Set<Channel> unheard) {
    unheard.stream().map(courses::get).filter(Objects::nonNull).forEach(ChannelDelivery::markStale);
    refresh();
  }

  private void onBusMessage(DeliveryQueue.Message message) {
    ChannelDelivery course = courses.get(message.channel());
    if (course == null || course.isLocalMode() || course.isStale()) {
      return; // a later read of the log delivers it
    }
    LogPosition position = course.position();
    if (position == null) {
      return;
    }
    try {
      LogMessage batch = LogMessage.read(message.bytes());
      LogEntry first = batch.entries().get(0);
      if (batch.epoch().equals(position.epoch()) && batch.end().offset() < position.offset()) {
        return; // the log was already read past it
      }
      if (batch.epoch().equals(position.epoch())
          && position.isAt(batch.end().offset(), batch.end().millis())) {
        return;
      }
      if (batch.epoch().equals(position.epoch())
          && first.offset() == position.offset() + 1
          && (position.offset() == 0 || first.previousMillis() == position.millis())) {
        batch.entries().forEach(entry -> course.onEntry(batch.epoch(), entry));
        course.settle();
      } else {
        course.markStale();
        refresh();
      }
    } catch (MalformedDataException e) {
      log.debug("Skipped a malformed message on the bus of {}", message.channel(), e);
      counters.malformed.increment();
    }
  }

  private void takeLocal(ChannelPublishQueue lane) {
    ChannelDelivery course = courses.get(lane.channel);
    if (course == null) {
      return; // the event for the opening processes it
    }
    PublishQueue.LocalDelivery local = outbox.nextLocal(lane);
    while (local.lostMetrics() > 0 || local.next() != null) {
      course.missLocal(local.lostMetrics());
      if (local.next() != null) {
        course.takeLocal(local.next(), millis.getAsLong());
      }
      local = outbox.nextLocal(lane);
    }
  }

  private void join(ChannelPublishQueue lane) {
    ChannelDelivery course = courses.get(lane.channel);
    if (course != null) {
      course.markStale();
      refresh();
    }
  }

  /**
   * Reads the logs of all stale channels, on each node that replies. A channel in local mode
   * receives the publications of other instances only this way, once per second.
   */
  private void refresh() {
    boolean failed = false;
    Set<HostAndPort> unreachable = new HashSet<>(); // each of their channels would time out again
    for (ChannelDelivery course : courses.values()) {
      if (course.isStale() || course.isLocalMode()) {
        HostAndPort node = null;
        try {
          node = links.nodeOf(course.lane().log);
          if (!unreachable.contains(node)) {
            read(course);
          }
        } catch (RedisException e) {
          failed = true;
          troubles.report(HealthTracker.Activity.READ, e);
          if (e.kind() == RedisException.Kind.UNREACHABLE) {
            if (node == null) {
              return; // no node knows the slots; the heartbeat retries once per second
            }
            unreachable.add(node);
          }
        }
      }
    }
    if (!failed) {
      troubles.clear(HealthTracker.Activity.READ);
    }
  }

  private void read(ChannelDelivery course) throws RedisException {
    boolean localMode = outbox.isRejoining(course.lane());
    catchUp.run(course);
    if (!localMode) {
      course.join();
    }
  }
}
