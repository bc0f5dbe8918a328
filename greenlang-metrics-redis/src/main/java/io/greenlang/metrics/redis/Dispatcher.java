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
 * Hands everything to the receiver, one after the other. Its own thread.
 *
 * <p>What the bus says is taken only if it follows directly what was taken last; in any other case
 * the log is read, which is always right.
 */
final class Dispatcher implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  private final Map<Channel, Course> courses = new ConcurrentHashMap<>();
  private final Inbox inbox;
  private final Outbox outbox;
  private final Links links;
  private final CatchUp catchUp;
  private final ForeignPublishers foreign;
  private final Troubles troubles;
  private final Counters counters;
  private final LongSupplier millis;

  /** When what is being worked off came, by monotonic time; 0 if nothing is. */
  private volatile long workingSince;

  /**
   * One that is not running.
   *
   * @param millis the log's time, as far as it is known
   */
  Dispatcher(
      Inbox inbox,
      Outbox outbox,
      Links links,
      ForeignPublishers foreign,
      Troubles troubles,
      Counters counters,
      LongSupplier millis) {
    this.inbox = inbox;
    this.outbox = outbox;
    this.links = links;
    this.catchUp = new CatchUp(new LogReader(links), counters);
    this.foreign = foreign;
    this.troubles = troubles;
    this.counters = counters;
    this.millis = millis;
  }

  /** How far a channel's log was taken; null if it was never seen. Any thread. */
  @Nullable LogPosition seen(Channel channel) {
    Course course = courses.get(channel);
    return course == null ? null : course.position();
  }

  /** Everything that came before this moment of monotonic time has been delivered. Any thread. */
  long deliveredUpTo(long now) {
    long working = workingSince;
    return working == 0 ? inbox.oldestNanos(now) : working;
  }

  @Override
  public void run() {
    try (links) {
      for (Inbox.Arrival next = inbox.take(); next != null; next = inbox.take()) {
        workingSince = next instanceof Inbox.Message message ? message.nanos() : System.nanoTime();
        try {
          dispatch(next);
        } catch (RuntimeException e) {
          log.error("something that came from Redis could not be worked off", e);
        }
        workingSince = 0;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is closed
    }
  }

  private void dispatch(Inbox.Arrival next) {
    if (next instanceof Inbox.Message message) {
      hear(message);
    } else if (next instanceof Inbox.LocalWork work) {
      takeLocal(work.lane());
    } else if (next instanceof Inbox.Back back) {
      join(back.lane());
    } else if (next instanceof Inbox.Opened opened) {
      courses.put(opened.course().channel(), opened.course());
      opened.course().tell(foreign);
      foreign.add(opened.course().channel());
      takeLocal(opened.course().lane());
      refresh();
      troubles.clear(Troubles.Scope.OPEN); // if it lasts, it was met again
    } else if (next instanceof Inbox.Subscribed subscribed) {
      refresh(subscribed.channels());
    } else if (next instanceof Inbox.Retry retry) {
      refresh(retry.unheard());
    }
  }

  /** Reads the logs of channels of which something may not have been heard, and what else waits. */
  private void refresh(Set<Channel> unheard) {
    unheard.stream().map(courses::get).filter(Objects::nonNull).forEach(Course::markStale);
    refresh();
  }

  private void hear(Inbox.Message message) {
    Course course = courses.get(message.channel());
    if (course == null || course.isAlone() || course.isStale()) {
      return; // it is read from the log when it is time
    }
    LogPosition at = course.position();
    if (at == null) {
      return;
    }
    try {
      BusMessage said = BusMessage.read(message.bytes());
      LogEntry first = said.entries().get(0);
      if (said.epoch().equals(at.epoch()) && said.end().offset() < at.offset()) {
        return; // the log has been read beyond it
      }
      if (said.epoch().equals(at.epoch()) && at.isAt(said.end().offset(), said.end().millis())) {
        return;
      }
      if (said.epoch().equals(at.epoch())
          && first.offset() == at.offset() + 1
          && (at.offset() == 0 || first.previousMillis() == at.millis())) {
        said.entries().forEach(entry -> course.take(said.epoch(), entry));
        course.settle();
      } else {
        course.markStale();
        refresh();
      }
    } catch (Malformed e) {
      log.debug("what was said on the bus of {} is skipped", message.channel(), e);
      counters.malformed.increment();
    }
  }

  private void takeLocal(Lane lane) {
    Course course = courses.get(lane.channel);
    if (course == null) {
      return; // when it is opened
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
   * Reads the logs of all that are stale, on each node that answers. Where this instance is alone,
   * what others have published comes by this way only, once a second.
   */
  private void refresh() {
    boolean failed = false;
    Set<HostAndPort> away = new HashSet<>(); // each of their channels would have to wait as long
    for (Course course : courses.values()) {
      if (course.isStale() || course.isAlone()) {
        HostAndPort node = null;
        try {
          node = links.nodeOf(course.lane().log);
          if (!away.contains(node)) {
            read(course);
          }
        } catch (RedisFailure e) {
          failed = true;
          troubles.report(Troubles.Scope.READ, e);
          if (e.kind() == RedisFailure.Kind.UNREACHABLE) {
            if (node == null) {
              return; // nobody says where anything is; it is tried again once a second
            }
            away.add(node);
          }
        }
      }
    }
    if (!failed) {
      troubles.clear(Troubles.Scope.READ);
    }
  }

  private void read(Course course) throws RedisFailure {
    boolean apart = outbox.isApart(course.lane());
    catchUp.run(course);
    if (!apart) {
      course.join();
    }
  }
}
