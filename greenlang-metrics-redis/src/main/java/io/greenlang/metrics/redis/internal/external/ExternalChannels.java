package io.greenlang.metrics.redis.internal.external;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.redis.internal.connection.HealthTracker;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.log.PublicationCodec;
import io.greenlang.metrics.redis.internal.support.MalformedDataException;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends the messages of external publishers, received on the channels' plain names, to the
 * channels' logs. Each is logged once, however many instances receive it; {@link ExternalBacklog}
 * explains how. The log then delivers them like everything else.
 *
 * <p>Listener threads call {@link #onMessage}, the delivery thread calls {@link #onEntry}, and
 * {@link #run} has its own thread, the only one that talks to Redis.
 */
final class ExternalChannels implements Runnable, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ExternalChannels.class);

  /** Stands for the lease where channel names are kept; no channel has this name. */
  private static final String LEASE = "";

  private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long WARNING_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Messages that were not valid. */
  final LongAdder malformed = new LongAdder();

  /** Messages that were dropped before they could be logged. */
  final LongAdder dropped = new LongAdder();

  private final ExternalLog foreignLog;
  private final HealthTracker troubles;
  private final Consumer<Channel> listen;
  private final LongSupplier wallMillis;
  private final LongSupplier nanos;
  private final long graceNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Channel, ExternalBacklog> backlogs = new ConcurrentHashMap<>();
  private final Set<Channel> added = new LinkedHashSet<>();

  /** The keys that hold another program's data: names of channels, or {@link #LEASE}. */
  private final Set<String> conflicting = new HashSet<>();

  private long nextWarningNanos;
  private boolean leading;
  private boolean woken;
  private boolean closed;

  /**
   * Creates an object that is not running.
   *
   * @param listen subscribes to a channel, so that {@link #onMessage} receives its messages
   */
  ExternalChannels(
      ExternalLog foreignLog,
      HealthTracker troubles,
      Consumer<Channel> listen,
      LongSupplier wallMillis,
      LongSupplier nanos) {
    this.foreignLog = foreignLog;
    this.troubles = troubles;
    this.listen = listen;
    this.wallMillis = wallMillis;
    this.nanos = nanos;
    this.nextWarningNanos = nanos.getAsLong();
    this.graceNanos =
        ExternalBacklog.GRACE_NANOS
            + ThreadLocalRandom.current().nextLong(ExternalBacklog.GRACE_NANOS / 2);
  }

  /** Adds a channel whose log is already followed. Does not block. */
  void add(Channel channel) {
    locked(
        () -> {
          added.add(channel);
          changed.signalAll();
        });
  }

  /** Queues a message of an external publisher. Does not block. */
  void onMessage(Channel channel, byte[] message) {
    ExternalBacklog backlog = backlogs.get(channel);
    if (backlog == null) {
      return; // not subscribed yet
    }
    List<Metric> metrics;
    byte[] payload;
    try {
      metrics = ExternalReader.read(channel, message, Instant.ofEpochMilli(wallMillis.getAsLong()));
      payload = PublicationCodec.pack(metrics);
      if (payload.length > PublicationCodec.MAX_BYTES) {
        throw new MalformedDataException(
            "its metrics take more than " + PublicationCodec.MAX_BYTES + " bytes");
      }
    } catch (MalformedDataException e) {
      countMalformed(channel, e);
      return;
    }
    String mark = ExternalBacklog.markOf(message);
    lock.lock();
    try {
      dropped.add(backlog.addReceived(mark, metrics.size(), payload, nanos.getAsLong()));
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void countMalformed(Channel channel, MalformedDataException reason) {
    malformed.increment();
    if (locked(this::isWarningDue)) {
      log.warn(
          "Skipped a message of an external publisher on {}: {}; {} skipped in total",
          channel,
          reason.getMessage(),
          malformed.sum());
    }
  }

  private boolean isWarningDue() {
    long now = nanos.getAsLong();
    if (now - nextWarningNanos < 0) {
      return false;
    }
    nextWarningNanos = now + WARNING_INTERVAL_NANOS;
    return true;
  }

  /** Records that an entry of a channel's log was delivered. Does not block. */
  void onEntry(Channel channel, String node, long sequence) {
    ExternalBacklog backlog = backlogs.get(channel);
    if (backlog != null && node.startsWith(ExternalBacklog.MARK)) {
      locked(() -> backlog.onEntry(node, sequence, nanos.getAsLong()));
    }
  }

  /** Returns whether every received message was seen in a log; for tests. */
  boolean isDone() {
    return locked(() -> backlogs.values().stream().allMatch(ExternalBacklog::isEmpty));
  }

  @Override
  public void run() {
    long nextLease = nanos.getAsLong();
    try (foreignLog) {
      while (awaitWork()) {
        if (nanos.getAsLong() - nextLease >= 0) {
          nextLease = nanos.getAsLong() + TICK_NANOS;
          renewLease();
        }
        processChannels();
        if (conflicting.isEmpty()) {
          troubles.clear(HealthTracker.Activity.EXTERNAL);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is closed
    }
  }

  private boolean awaitWork() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = TICK_NANOS / 4;
      while (!closed && !woken && left > 0) {
        left = changed.awaitNanos(left);
      }
      woken = false;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void renewLease() {
    try {
      leading = foreignLog.acquireLease();
      conflicting.remove(LEASE);
    } catch (RedisException e) {
      leading = false;
      reportConflict(LEASE, e);
      log.debug("Failed to renew the lease for external publishers: {}", e.getMessage());
    }
  }

  private void processChannels() {
    for (Channel channel : drainAdded()) {
      try {
        // read before the subscription starts: this instance received none of the messages counted
        backlogs.put(channel, new ExternalBacklog(foreignLog.lastSequence(channel), graceNanos));
        listen.accept(channel);
        conflicting.remove(channel.name());
      } catch (RedisException e) {
        add(channel);
        reportConflict(channel.name(), e);
      }
    }
    for (Map.Entry<Channel, ExternalBacklog> entry : backlogs.entrySet()) {
      try {
        logDue(entry.getKey(), entry.getValue());
        if (locked(entry.getValue()::isEmpty)) {
          conflicting.remove(entry.getKey().name());
        }
      } catch (RedisException e) {
        // the backlog is retried for half a minute
        reportConflict(entry.getKey().name(), e);
        log.debug(
            "Failed to log messages of external publishers on {}; retrying: {}",
            entry.getKey(),
            e.getMessage());
      }
    }
  }

  /**
   * Reports keys that hold another program's data. The broker meets and reports all other failures.
   */
  private void reportConflict(String key, RedisException failure) {
    if (failure.kind() == RedisException.Kind.CONFLICTING_DATA) {
      conflicting.add(key);
      troubles.report(HealthTracker.Activity.EXTERNAL, failure);
    }
  }

  private List<Channel> drainAdded() {
    return locked(
        () -> {
          List<Channel> drained = List.copyOf(added);
          added.clear();
          return drained;
        });
  }

  private void logDue(Channel channel, ExternalBacklog backlog) throws RedisException {
    for (ExternalBacklog.ReceivedMessage message : due(backlog)) {
      if (locked(backlog::mustResync)) {
        long sequence = foreignLog.lastSequence(channel);
        locked(() -> backlog.resync(sequence));
      }
      if (!log(channel, backlog, message)) {
        return;
      }
    }
  }

  private List<ExternalBacklog.ReceivedMessage> due(ExternalBacklog backlog) {
    return locked(
        () -> {
          long now = nanos.getAsLong();
          dropped.add(backlog.expire(now));
          return backlog.due(leading, now);
        });
  }

  private boolean log(
      Channel channel, ExternalBacklog backlog, ExternalBacklog.ReceivedMessage message)
      throws RedisException {
    long sequence = locked(backlog::nextSequence);
    boolean logged = false;
    try {
      logged =
          foreignLog.append(channel, sequence, message.mark(), message.count(), message.payload());
    } finally {
      if (logged) {
        locked(() -> backlog.onLogged(message, sequence));
      } else {
        locked(() -> backlog.onRejected(nanos.getAsLong()));
      }
    }
    return logged;
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  /** Stops {@link #run}. Idempotent. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
