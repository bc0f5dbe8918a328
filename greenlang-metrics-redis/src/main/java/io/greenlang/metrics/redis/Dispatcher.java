package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
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
final class Dispatcher implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  private final Map<Channel, Course> courses = new ConcurrentHashMap<>();
  private final Inbox inbox;
  private final Outbox outbox;
  private final Links links;
  private final CatchUp catchUp;
  private final ForeignPublishers externalPublishers;
  private final Troubles troubles;
  private final Counters counters;
  private final LongSupplier millis;

  /** When the event in progress arrived, in monotonic time; 0 if there is none. */
  private volatile long currentEventNanos;

  /**
   * Creates a dispatcher that is not running.
   *
   * @param millis the log time, as far as it is known
   */
  Dispatcher(
      Inbox inbox,
      Outbox outbox,
      Links links,
      ForeignPublishers externalPublishers,
      Troubles troubles,
      Counters counters,
      LongSupplier millis) {
    this.inbox = inbox;
    this.outbox = outbox;
    this.links = links;
    this.catchUp = new CatchUp(new LogReader(links), counters);
    this.externalPublishers = externalPublishers;
    this.troubles = troubles;
    this.counters = counters;
    this.millis = millis;
  }

  /**
   * Returns the position up to which a channel's log was consumed; null if it was never read. Any
   * thread.
   */
  @Nullable LogPosition seen(Channel channel) {
    Course course = courses.get(channel);
    return course == null ? null : course.position();
  }

  /**
   * Returns a moment of monotonic time before which everything that arrived has been delivered. Any
   * thread.
   */
  long deliveredUpTo(long now) {
    long current = currentEventNanos;
    return current == 0 ? inbox.oldestNanos(now) : current;
  }

  @Override
  public void run() {
    try (links) {
      for (Inbox.Arrival event = inbox.take(); event != null; event = inbox.take()) {
        currentEventNanos =
            event instanceof Inbox.Message message ? message.nanos() : System.nanoTime();
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

  private void dispatch(Inbox.Arrival event) {
    if (event instanceof Inbox.Message message) {
      onBusMessage(message);
    } else if (event instanceof Inbox.LocalWork work) {
      takeLocal(work.lane());
    } else if (event instanceof Inbox.Back back) {
      join(back.lane());
    } else if (event instanceof Inbox.Opened opened) {
      courses.put(opened.course().channel(), opened.course());
      opened.course().tell(externalPublishers);
      externalPublishers.add(opened.course().channel());
      takeLocal(opened.course().lane());
      refresh();
      troubles.clear(Troubles.Scope.OPEN); // the read above reports a failure that persists
    } else if (event instanceof Inbox.Subscribed subscribed) {
      refresh(subscribed.channels());
    } else if (event instanceof Inbox.Retry retry) {
      refresh(retry.unheard());
    }
  }

  /**
   * Marks the channels that may have missed messages as stale, and reads the logs of all stale
   * channels.
   */
  private void refresh(Set<Channel> unheard) {
    unheard.stream().map(courses::get).filter(Objects::nonNull).forEach(Course::markStale);
    refresh();
  }

  private void onBusMessage(Inbox.Message message) {
    Course course = courses.get(message.channel());
    if (course == null || course.isAlone() || course.isStale()) {
      return; // a later read of the log delivers it
    }
    LogPosition position = course.position();
    if (position == null) {
      return;
    }
    try {
      BusMessage batch = BusMessage.read(message.bytes());
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
        batch.entries().forEach(entry -> course.take(batch.epoch(), entry));
        course.settle();
      } else {
        course.markStale();
        refresh();
      }
    } catch (Malformed e) {
      log.debug("Skipped a malformed message on the bus of {}", message.channel(), e);
      counters.malformed.increment();
    }
  }

  private void takeLocal(Lane lane) {
    Course course = courses.get(lane.channel);
    if (course == null) {
      return; // the event for the opening processes it
    }
    Outbox.Local local = outbox.nextLocal(lane);
    while (local.lost() > 0 || local.next() != null) {
      course.missLocal(local.lost());
      if (local.next() != null) {
        course.takeLocal(local.next(), millis.getAsLong());
      }
      local = outbox.nextLocal(lane);
    }
  }

  private void join(Lane lane) {
    Course course = courses.get(lane.channel);
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
    for (Course course : courses.values()) {
      if (course.isStale() || course.isAlone()) {
        HostAndPort node = null;
        try {
          node = links.nodeOf(course.lane().log);
          if (!unreachable.contains(node)) {
            read(course);
          }
        } catch (RedisFailure e) {
          failed = true;
          troubles.report(Troubles.Scope.READ, e);
          if (e.kind() == RedisFailure.Kind.UNREACHABLE) {
            if (node == null) {
              return; // no node knows the slots; the heartbeat retries once per second
            }
            unreachable.add(node);
          }
        }
      }
    }
    if (!failed) {
      troubles.clear(Troubles.Scope.READ);
    }
  }

  private void read(Course course) throws RedisFailure {
    boolean localMode = outbox.isApart(course.lane());
    catchUp.run(course);
    if (!localMode) {
      course.join();
    }
  }
}
