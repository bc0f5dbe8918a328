package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
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
 * Brings what other programs publish on the channels' plain names into the channels' logs, once,
 * however many instances hear it ({@link ForeignBacklog} says how). Delivery comes by the log, as
 * for everything else.
 *
 * <p>{@link #hear} is called by the threads that listen, {@link #seen} by the one that delivers,
 * {@link #run} is a thread of its own, which alone talks to Redis.
 */
final class ForeignChannels implements Runnable, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ForeignChannels.class);

  /** No channel is called like that. */
  private static final String LEASE = "";

  private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LOG_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Messages that were none. */
  final LongAdder malformed = new LongAdder();

  /** Messages that could not be logged before they had to go. */
  final LongAdder dropped = new LongAdder();

  private final ForeignLog foreignLog;
  private final Troubles troubles;
  private final Consumer<Channel> listen;
  private final LongSupplier wallMillis;
  private final LongSupplier nanos;
  private final long graceNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Channel, ForeignBacklog> backlogs = new ConcurrentHashMap<>();
  private final Set<Channel> added = new LinkedHashSet<>();

  /** Where another program's data was found under our keys: channels' names, or the lease. */
  private final Set<String> misled = new HashSet<>();

  private long nextLogNanos;
  private boolean leading;
  private boolean woken;
  private boolean closed;

  /**
   * One that is not running.
   *
   * @param listen begins to {@link #hear} what is published on a channel
   */
  ForeignChannels(
      ForeignLog foreignLog,
      Troubles troubles,
      Consumer<Channel> listen,
      LongSupplier wallMillis,
      LongSupplier nanos) {
    this.foreignLog = foreignLog;
    this.troubles = troubles;
    this.listen = listen;
    this.wallMillis = wallMillis;
    this.nanos = nanos;
    this.nextLogNanos = nanos.getAsLong();
    this.graceNanos =
        ForeignBacklog.GRACE_NANOS
            + ThreadLocalRandom.current().nextLong(ForeignBacklog.GRACE_NANOS / 2);
  }

  /** Adds a channel whose log is followed already. Does not block. */
  void add(Channel channel) {
    locked(
        () -> {
          added.add(channel);
          changed.signalAll();
        });
  }

  /** A message of another program came. Does not block. */
  void hear(Channel channel, byte[] message) {
    ForeignBacklog backlog = backlogs.get(channel);
    if (backlog == null) {
      return; // nobody listens to it yet
    }
    List<Metric> metrics;
    byte[] payload;
    try {
      metrics = ForeignReader.read(channel, message, Instant.ofEpochMilli(wallMillis.getAsLong()));
      payload = PublicationCodec.pack(metrics);
      if (payload.length > PublicationCodec.MAX_BYTES) {
        throw new Malformed("its metrics are too large");
      }
    } catch (Malformed e) {
      skip(channel, e);
      return;
    }
    String mark = ForeignBacklog.markOf(message);
    lock.lock();
    try {
      dropped.add(backlog.hear(mark, metrics.size(), payload, nanos.getAsLong()));
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void skip(Channel channel, Malformed reason) {
    malformed.increment();
    if (locked(this::isTimeToLog)) {
      log.warn(
          "Another program published on {} what is not metrics: {}; it is skipped, {} in all",
          channel,
          reason.getMessage(),
          malformed.sum());
    }
  }

  private boolean isTimeToLog() {
    long now = nanos.getAsLong();
    if (now - nextLogNanos < 0) {
      return false;
    }
    nextLogNanos = now + LOG_NANOS;
    return true;
  }

  /** An entry of a channel's log was delivered. Does not block. */
  void seen(Channel channel, String node, long sequence) {
    ForeignBacklog backlog = backlogs.get(channel);
    if (backlog != null && node.startsWith(ForeignBacklog.MARK)) {
      locked(() -> backlog.seen(node, sequence, nanos.getAsLong()));
    }
  }

  /** Whether nothing waits to be seen in a log; for tests. */
  boolean isDone() {
    return locked(() -> backlogs.values().stream().allMatch(ForeignBacklog::isEmpty));
  }

  @Override
  public void run() {
    long nextLease = nanos.getAsLong();
    try (foreignLog) {
      while (awaitWork()) {
        if (nanos.getAsLong() - nextLease >= 0) {
          nextLease = nanos.getAsLong() + TICK_NANOS;
          renew();
        }
        work();
        if (misled.isEmpty()) {
          troubles.clear(Troubles.Scope.FOREIGN);
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

  private void renew() {
    try {
      leading = foreignLog.leads();
      misled.remove(LEASE);
    } catch (RedisFailure e) {
      leading = false;
      tell(LEASE, e);
      log.debug("Who logs what other programs publish is not known: {}", e.getMessage());
    }
  }

  private void work() {
    for (Channel channel : takeAdded()) {
      try {
        // known before anything is heard: what it counts was not heard here
        backlogs.put(channel, new ForeignBacklog(foreignLog.lastSequence(channel), graceNanos));
        listen.accept(channel);
        misled.remove(channel.name());
      } catch (RedisFailure e) {
        add(channel);
        tell(channel.name(), e);
      }
    }
    for (Map.Entry<Channel, ForeignBacklog> each : backlogs.entrySet()) {
      try {
        logDue(each.getKey(), each.getValue());
        if (locked(each.getValue()::isEmpty)) {
          misled.remove(each.getKey().name());
        }
      } catch (RedisFailure e) {
        // what waits is tried again for half a minute
        tell(each.getKey().name(), e);
        log.debug("What was published on {} waits: {}", each.getKey(), e.getMessage());
      }
    }
  }

  /** All else the broker runs into, too, and tells. */
  private void tell(String where, RedisFailure failure) {
    if (failure.kind() == RedisFailure.Kind.FOREIGN_DATA) {
      misled.add(where);
      troubles.report(Troubles.Scope.FOREIGN, failure);
    }
  }

  private List<Channel> takeAdded() {
    return locked(
        () -> {
          List<Channel> all = List.copyOf(added);
          added.clear();
          return all;
        });
  }

  private void logDue(Channel channel, ForeignBacklog backlog) throws RedisFailure {
    for (ForeignBacklog.Heard message : due(backlog)) {
      if (locked(backlog::isLost)) {
        long sequence = foreignLog.lastSequence(channel);
        locked(() -> backlog.resume(sequence));
      }
      if (!log(channel, backlog, message)) {
        return;
      }
    }
  }

  private List<ForeignBacklog.Heard> due(ForeignBacklog backlog) {
    return locked(
        () -> {
          long now = nanos.getAsLong();
          dropped.add(backlog.expire(now));
          return backlog.due(leading, now);
        });
  }

  private boolean log(Channel channel, ForeignBacklog backlog, ForeignBacklog.Heard message)
      throws RedisFailure {
    long sequence = locked(backlog::next);
    boolean logged = false;
    try {
      logged =
          foreignLog.log(channel, sequence, message.mark(), message.count(), message.payload());
    } finally {
      if (logged) {
        locked(() -> backlog.logged(message, sequence));
      } else {
        locked(() -> backlog.refused(nanos.getAsLong()));
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

  /** Ends {@link #run}. Idempotent. */
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
