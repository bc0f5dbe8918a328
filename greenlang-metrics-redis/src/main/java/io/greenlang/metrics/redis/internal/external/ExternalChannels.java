package io.greenlang.metrics.redis.internal.external;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.internal.connection.HealthTracker;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.external.ExternalBacklog.ReceivedMessage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The task that appends the messages of external publishers to the channels' logs. Each is logged
 * once, however many instances receive it; {@link ExternalBacklog} explains how. The log then
 * delivers them like everything else. It has its own thread, the only one that talks to Redis.
 */
final class ExternalChannels implements Runnable {

  private static final Logger logger = LoggerFactory.getLogger(ExternalChannels.class);

  /** Stands for the lease where channel names are kept; no channel has this name. */
  private static final String LEASE = "";

  private static final long LEASE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long TICK_NANOS = LEASE_NANOS / 4;

  private final ExternalLog log;
  private final ExternalBacklogs backlogs;
  private final ExternalIntake intake;
  private final HealthTracker health;
  private final Consumer<Channel> subscribe;
  private final LongSupplier nanos;

  /** The keys that hold another program's data: names of channels, or {@link #LEASE}. */
  private final Set<String> conflicting = new HashSet<>();

  private boolean leading;

  /**
   * Creates a task that is not running.
   *
   * @param subscribe subscribes to a channel, so that the intake receives its messages
   */
  ExternalChannels(
      ExternalLog log,
      ExternalBacklogs backlogs,
      ExternalIntake intake,
      HealthTracker health,
      Consumer<Channel> subscribe,
      LongSupplier nanos) {
    this.log = log;
    this.backlogs = backlogs;
    this.intake = intake;
    this.health = health;
    this.subscribe = subscribe;
    this.nanos = nanos;
  }

  @Override
  public void run() {
    long nextLease = nanos.getAsLong();
    try (log) {
      while (backlogs.awaitWork(TICK_NANOS)) {
        if (nanos.getAsLong() - nextLease >= 0) {
          nextLease = nanos.getAsLong() + LEASE_NANOS;
          renewLease();
        }
        backlogs.drainAdded().forEach(this::open);
        backlogs.channels().forEach(this::logDue);
        if (conflicting.isEmpty()) {
          health.clear(HealthTracker.Activity.EXTERNAL);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is closed
    }
  }

  private void renewLease() {
    try {
      leading = log.acquireLease();
      conflicting.remove(LEASE);
    } catch (RedisException e) {
      leading = false;
      reportConflict(LEASE, e);
      logger.debug("Failed to renew the lease for external publishers: {}", e.getMessage());
    }
  }

  private void open(Channel channel) {
    try {
      // read before the subscription starts: this instance received none of the messages counted
      backlogs.open(channel, log.lastPublisherSequence(channel));
      subscribe.accept(channel);
      conflicting.remove(channel.name());
    } catch (RedisException e) {
      backlogs.add(channel);
      reportConflict(channel.name(), e);
    }
  }

  private void logDue(Channel channel) {
    try {
      append(channel, due(channel));
      if (backlogs.query(channel, ExternalBacklog::isEmpty)) {
        conflicting.remove(channel.name());
      }
    } catch (RedisException e) {
      // the backlog is retried for half a minute
      reportConflict(channel.name(), e);
      logger.debug(
          "Failed to log messages of external publishers on {}; retrying: {}",
          channel,
          e.getMessage());
    }
  }

  private List<ReceivedMessage> due(Channel channel) {
    long now = nanos.getAsLong();
    backlogs.update(channel, backlog -> intake.addDropped(backlog.expire(now)));
    return backlogs.query(channel, backlog -> backlog.due(leading, now));
  }

  /** Appends messages to the log, up to the first one that is refused. */
  private void append(Channel channel, List<ReceivedMessage> messages) throws RedisException {
    for (ReceivedMessage message : messages) {
      if (backlogs.query(channel, ExternalBacklog::mustResync)) {
        long lastPublisherSequence = log.lastPublisherSequence(channel);
        backlogs.update(channel, backlog -> backlog.resync(lastPublisherSequence));
      }
      if (!tryAppend(channel, message)) {
        return;
      }
    }
  }

  private boolean tryAppend(Channel channel, ReceivedMessage message) throws RedisException {
    long publisherSequence = backlogs.query(channel, ExternalBacklog::nextPublisherSequence);
    boolean logged = false;
    try {
      logged =
          log.append(
              channel, publisherSequence, message.mark(), message.count(), message.payload());
    } finally {
      if (logged) {
        backlogs.update(channel, backlog -> backlog.onLogged(message, publisherSequence));
      } else {
        backlogs.update(channel, backlog -> backlog.onRejected(nanos.getAsLong()));
      }
    }
    return logged;
  }

  /**
   * Reports keys that hold another program's data. The broker meets and reports all other failures.
   */
  private void reportConflict(String key, RedisException failure) {
    if (failure.kind() == RedisException.Kind.CONFLICTING_DATA) {
      conflicting.add(key);
      health.report(HealthTracker.Activity.EXTERNAL, failure);
    }
  }
}
