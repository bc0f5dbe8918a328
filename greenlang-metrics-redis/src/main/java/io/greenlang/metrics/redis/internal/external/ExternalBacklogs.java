package io.greenlang.metrics.redis.internal.external;

import io.greenlang.metrics.Channel;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The backlogs of all channels, shared by the threads that receive messages, follow the logs and
 * append to them. Thread-safe; only {@link #awaitWork} blocks.
 */
final class ExternalBacklogs {

  private final long graceNanos =
      ExternalBacklog.GRACE_NANOS
          + ThreadLocalRandom.current().nextLong(ExternalBacklog.GRACE_NANOS / 2);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Channel, ExternalBacklog> backlogs = new ConcurrentHashMap<>();
  private final Set<Channel> added = new LinkedHashSet<>();
  private boolean messageArrived;
  private boolean closed;

  /** Adds a channel. {@link #open} must create its backlog. */
  void add(Channel channel) {
    lock.lock();
    try {
      added.add(channel);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Removes and returns the channels that were added and have no backlog yet. */
  List<Channel> drainAdded() {
    lock.lock();
    try {
      List<Channel> drained = List.copyOf(added);
      added.clear();
      return drained;
    } finally {
      lock.unlock();
    }
  }

  /** Creates the backlog of a channel, given the last external sequence in its log. */
  void open(Channel channel, long lastPublisherSequence) {
    backlogs.put(channel, new ExternalBacklog(lastPublisherSequence, graceNanos));
  }

  /** Returns whether a channel has a backlog. */
  boolean isOpen(Channel channel) {
    return backlogs.containsKey(channel);
  }

  /** Returns the channels that have a backlog. */
  Set<Channel> channels() {
    return backlogs.keySet();
  }

  /** Returns whether all backlogs are empty. */
  boolean areEmpty() {
    lock.lock();
    try {
      return backlogs.values().stream().allMatch(ExternalBacklog::isEmpty);
    } finally {
      lock.unlock();
    }
  }

  /** Asks the backlog of an open channel. */
  <T> T query(Channel channel, Function<ExternalBacklog, T> query) {
    lock.lock();
    try {
      ExternalBacklog backlog = backlogs.get(channel);
      if (backlog == null) {
        throw new IllegalArgumentException("channel " + channel + " has no backlog");
      }
      return query.apply(backlog);
    } finally {
      lock.unlock();
    }
  }

  /** Changes the backlog of a channel, if it is open. */
  void update(Channel channel, Consumer<ExternalBacklog> change) {
    lock.lock();
    try {
      ExternalBacklog backlog = backlogs.get(channel);
      if (backlog != null) {
        change.accept(backlog);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Wakes up {@link #awaitWork}, because a message arrived. */
  void signalMessage() {
    lock.lock();
    try {
      messageArrived = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a message, or until the timeout; returns false if the object was closed. */
  boolean awaitWork(long timeoutNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = timeoutNanos;
      while (!closed && !messageArrived && left > 0) {
        left = changed.awaitNanos(left);
      }
      messageArrived = false;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Ends {@link #awaitWork}. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
