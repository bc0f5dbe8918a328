package io.greenlang.metrics.redis.internal.subscribe;

import io.greenlang.metrics.Channel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The topics of one subscription: those that are wanted, and those that Redis has acknowledged. The
 * subscription is complete once all wanted topics are acknowledged, and stays complete until the
 * connection ends. Thread-safe.
 */
final class TopicSet {

  /**
   * A wanted topic.
   *
   * @param name its name in Redis
   * @param channel the channel that it belongs to; null for heartbeats
   */
  record Topic(String name, @Nullable Channel channel) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Topic> wanted = new HashMap<>();
  private final Set<String> acknowledged = new HashSet<>();
  private boolean complete;
  private long incompleteSinceNanos = System.nanoTime();
  private boolean closed;

  /** Adds a topic; returns whether it is new. */
  boolean add(String name, @Nullable Channel channel) {
    lock.lock();
    try {
      return wanted.putIfAbsent(name, new Topic(name, channel)) == null;
    } finally {
      lock.unlock();
    }
  }

  /** Removes a topic; returns whether it was wanted. */
  boolean remove(String name) {
    lock.lock();
    try {
      acknowledged.remove(name);
      return wanted.remove(name) != null;
    } finally {
      lock.unlock();
    }
  }

  /** Returns a wanted topic; null if it is not wanted, or not any more. */
  @Nullable Topic find(String name) {
    lock.lock();
    try {
      return wanted.get(name);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the names of all wanted topics. */
  List<String> names() {
    lock.lock();
    try {
      return List.copyOf(wanted.keySet());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Records that Redis has acknowledged a topic.
   *
   * @return the channels that are subscribed from now on: all of them when the subscription becomes
   *     complete; later, each on its own. Null if the topic is not wanted any more
   */
  @Nullable Set<Channel> acknowledge(String name) {
    lock.lock();
    try {
      Topic topic = wanted.get(name);
      if (topic == null) {
        return null;
      }
      acknowledged.add(name);
      changed.signalAll();
      if (complete) { // one more: a new channel, or one that moved here from another node
        return channels(Stream.of(topic));
      }
      complete = acknowledged.containsAll(wanted.keySet());
      return complete ? channels(wanted.values().stream()) : Set.of();
    } finally {
      lock.unlock();
    }
  }

  /** Records that the connection has ended: no topic is subscribed any more. */
  void onDisconnected() {
    lock.lock();
    try {
      if (complete) {
        complete = false;
        incompleteSinceNanos = System.nanoTime();
      }
      acknowledged.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the subscription is complete. */
  boolean isComplete() {
    lock.lock();
    try {
      return complete;
    } finally {
      lock.unlock();
    }
  }

  /** Returns since when it is incomplete, in monotonic time; {@code now} while it is complete. */
  long incompleteSinceNanos(long now) {
    lock.lock();
    try {
      return complete ? now : incompleteSinceNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the channels whose topics are not acknowledged. */
  Set<Channel> unacknowledged() {
    lock.lock();
    try {
      return channels(
          wanted.values().stream().filter(topic -> !acknowledged.contains(topic.name())));
    } finally {
      lock.unlock();
    }
  }

  private static Set<Channel> channels(Stream<Topic> topics) {
    return topics
        .map(Topic::channel)
        .filter(Objects::nonNull)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Waits until a topic is acknowledged or the set is closed; returns whether it is. */
  boolean awaitAcknowledged(String name, long timeoutMillis) throws InterruptedException {
    lock.lock();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
      while (!acknowledged.contains(name) && !closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      return acknowledged.contains(name);
    } finally {
      lock.unlock();
    }
  }

  /** Ends all waiting. */
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
