package io.greenlang.metrics.redis.internal.delivery;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue;
import io.greenlang.metrics.redis.internal.publish.PublishQueue;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import io.greenlang.metrics.redis.internal.support.BrokerCounters.Counter;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The queue in front of the dispatcher. Bus messages are bounded by size: beyond the limit they are
 * discarded, and the channel is remembered, so that the dispatcher reads its log instead. All other
 * events are few, and are always queued.
 */
public final class DeliveryQueue implements PublishQueue.Listener {

  /** An event for the dispatcher. */
  sealed interface Event {}

  /** A message from the bus. */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  public record Message(Channel channel, byte[] bytes, long arrivalNanos) implements Event {

    long size() {
      return bytes.length + OVERHEAD;
    }
  }

  /** A subscription was established, perhaps again: earlier messages may be missing. */
  public record Subscribed(Set<Channel> channels) implements Event {}

  /** A channel has local publications for this instance's clients. */
  record LocalPublications(ChannelPublishQueue queue) implements Event {}

  /** A channel can leave local mode. */
  record Rejoined(ChannelPublishQueue queue) implements Event {}

  /** A channel was opened. */
  public record Opened(ChannelDelivery delivery) implements Event {}

  /**
   * Redis replies: reads that failed can be retried. The logs of channels without a subscription
   * must be read.
   */
  public record Retry(Set<Channel> unsubscribed) implements Event {}

  private static final long OVERHEAD = 128;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Event> events = new ArrayDeque<>();
  private final Set<Channel> overflowed = new LinkedHashSet<>();
  private final long maxBytes;
  private final BrokerCounters counters;
  private long bytes;
  private boolean retryQueued;
  private boolean closed;

  /** Creates an empty queue with a limit for its messages. */
  public DeliveryQueue(long maxBytes, BrokerCounters counters) {
    this.maxBytes = maxBytes;
    this.counters = counters;
  }

  /** Adds a bus message, if there is room. */
  public void addMessage(Message message) {
    lock.lock();
    try {
      if (bytes + message.size() > maxBytes) {
        overflowed.add(message.channel());
        counters.increment(Counter.OVERFLOWED);
      } else {
        bytes += message.size();
        events.add(message);
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Adds any other event. A {@link Retry} is queued at most once at a time. */
  public void add(Event event) {
    lock.lock();
    try {
      if (event instanceof Retry) {
        if (retryQueued) {
          return;
        }
        retryQueued = true;
      }
      events.add(event);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onLocalPublications(ChannelPublishQueue queue) {
    add(new LocalPublications(queue));
  }

  @Override
  public void onRejoined(ChannelPublishQueue queue) {
    add(new Rejoined(queue));
  }

  /** Waits for the next event; returns null when closed. */
  @Nullable Event awaitEvent() throws InterruptedException {
    lock.lock();
    try {
      while (!closed && events.isEmpty() && overflowed.isEmpty()) {
        changed.await();
      }
      if (closed) {
        return null;
      }
      return events.isEmpty() ? pollOverflowed() : pollEvent();
    } finally {
      lock.unlock();
    }
  }

  private Event pollOverflowed() {
    Event missed = new Subscribed(Set.copyOf(overflowed));
    overflowed.clear();
    return missed;
  }

  private Event pollEvent() {
    Event next = events.remove();
    if (next instanceof Message message) {
      bytes -= message.size();
    } else if (next instanceof Retry) {
      retryQueued = false;
    }
    return next;
  }

  /**
   * Returns when the message at the head of the queue arrived, in monotonic time.
   *
   * @param defaultNanos returned if no message is at the head
   */
  long oldestNanos(long defaultNanos) {
    lock.lock();
    try {
      return events.peek() instanceof Message message ? message.arrivalNanos() : defaultNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Closes the queue: {@link #awaitEvent} returns no more events. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      events.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the size of the queued messages; for tests of the bound. */
  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }
}
