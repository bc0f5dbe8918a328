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
 * Has the receiver open channels, one after the other. The subscription stands before the log is
 * read, and the dispatcher reads the log once more before it listens, so nothing falls between.
 * Calls are made under its lock; any thread.
 */
final class Opener implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Opener.class);

  /** How long a subscription may take before the log is read without it. */
  private static final long HEARD_MILLIS = 2_000;

  /** When Redis did not answer, channels are opened without it for so long. */
  private static final long SPARE_NANOS = TimeUnit.SECONDS.toNanos(2);

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
  private final ChannelNames names;
  private final Map<Channel, Lane> opened = new ConcurrentHashMap<>();
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
    this.names = new ChannelNames(links);
  }

  /** The channels that there are. */
  synchronized Set<Channel> look() throws RedisFailure {
    return names.look(Set.of());
  }

  /** Where publications on a channel go; null if it was not opened. Without the lock. */
  @Nullable Lane find(Channel channel) {
    return opened.get(channel);
  }

  /**
   * Has the receiver open a channel, unless it has.
   *
   * @throws IllegalArgumentException if the receiver refuses
   */
  synchronized void open(Channel channel) throws InterruptedException {
    if (opened.containsKey(channel)) {
      return;
    }
    LogPosition end = locate(channel);
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
      RedisChannelLog past = new RedisChannelLog(channel, end, reader, windows, counters, troubles);
      receiver.open(channel, past);
      course = new Course(settings, lane, outbox, receiver, counters, end, end.epoch());
      if (past.isIncomplete()) {
        course.owe(Interruption.UNKNOWN);
      }
    }
    opened.put(channel, lane);
    inbox.add(new Inbox.Opened(course));
  }

  /** Lets other instances know; if that is not possible now, the pulse does it, or says why. */
  private void register(Channel channel, boolean reachable) {
    if (reachable) {
      try {
        names.add(channel);
      } catch (RedisFailure e) {
        log.debug("channel {} is not known to others yet", channel, e);
      }
    }
  }

  private boolean isSpared() {
    Long failed = failedNanos;
    return failed != null && System.nanoTime() - failed < SPARE_NANOS;
  }

  /** Where its log ends, when it is heard; null if Redis does not answer. */
  private @Nullable LogPosition locate(Channel channel) throws InterruptedException {
    try {
      subscribers.add(channel);
      if (isSpared()) {
        return null;
      }
      reader.end(channel); // if Redis refuses, no subscription need be waited for
      subscribers.isHeard(channel, HEARD_MILLIS); // if not, the log is read again when it is
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
