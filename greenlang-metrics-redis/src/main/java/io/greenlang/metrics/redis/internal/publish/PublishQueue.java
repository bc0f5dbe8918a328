package io.greenlang.metrics.redis.internal.publish;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.redis.internal.connection.RedisBrokerConfig;
import io.greenlang.metrics.redis.internal.log.PublicationCodec;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue.Batch;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue.QueuedPublication;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import io.greenlang.metrics.redis.internal.support.BrokerCounters.Counter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bounded queue of publications that Redis has not accepted yet. When it is full, the oldest
 * are dropped and counted. Each channel has its own {@link ChannelPublishQueue}, which decides
 * whether the channel is in local mode. Thread-safe.
 */
public final class PublishQueue {

  /** The callbacks of the queue. They are called under its lock, so they must not block. */
  public interface Listener {
    /** Called when a channel has local publications to deliver. */
    void onLocalPublications(ChannelPublishQueue queue);

    /** Called when a channel can leave local mode. */
    void onRejoined(ChannelPublishQueue queue);
  }

  /**
   * A step of local delivery.
   *
   * @param lostMetrics the number of metrics lost before the publication
   * @param next the publication; null if there is none
   */
  public record LocalDelivery(long lostMetrics, @Nullable QueuedPublication next) {}

  private final Map<Channel, ChannelPublishQueue> queues = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Queues that may have a batch to send. */
  private final Set<ChannelPublishQueue> ready = new LinkedHashSet<>();

  private final String instanceId;
  private final long maxBytes;
  private final int maxPublications;
  private final BrokerCounters counters;
  private final Listener listener;
  private long bytes;
  private int publications;
  private boolean closed;

  /** Creates an empty queue. */
  public PublishQueue(RedisBrokerConfig config, BrokerCounters counters, Listener listener) {
    this.instanceId = config.instanceId();
    this.maxBytes = config.queueBytes();
    this.maxPublications = config.queuePublications();
    this.counters = counters;
    this.listener = listener;
  }

  /** Returns the queue of a channel, creating it if absent. */
  public ChannelPublishQueue queueOf(Channel channel) {
    return queues.computeIfAbsent(channel, name -> new ChannelPublishQueue(name, instanceId));
  }

  /**
   * Queues metrics as one publication, or as several if they are too large for one. Does not wait
   * for Redis.
   *
   * @throws IllegalStateException if the queue is closed
   */
  public void add(ChannelPublishQueue queue, List<Metric> metrics) {
    byte[] payload = PublicationCodec.pack(metrics);
    if (payload.length > PublicationCodec.MAX_BYTES && metrics.size() > 1) {
      int half = metrics.size() / 2;
      add(queue, metrics.subList(0, half));
      add(queue, metrics.subList(half, metrics.size()));
    } else {
      add(queue, metrics.size(), payload);
    }
  }

  private void add(ChannelPublishQueue queue, int count, byte[] payload) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the broker is closed");
      }
      bytes += queue.add(count, payload).bytes();
      publications++;
      signalAdded(queue);
      dropOldest(queue);
    } finally {
      lock.unlock();
    }
  }

  private void signalAdded(ChannelPublishQueue queue) {
    if (queue.localMode().isActive()) {
      signalLocalPublications(queue);
    } else {
      ready.add(queue);
      changed.signal();
    }
  }

  /**
   * Drops the oldest publications: first those of the channel just published on, then those of the
   * fullest.
   */
  private void dropOldest(ChannelPublishQueue published) {
    ChannelPublishQueue fullest = published;
    while (bytes > maxBytes || publications > maxPublications) {
      QueuedPublication oldest = fullest.dropOldest();
      if (oldest != null) {
        onRemoved(oldest);
        counters.increment(Counter.DROPPED);
      }
      if (fullest.isEmpty()) {
        fullest = fullestQueue();
      }
    }
  }

  private void onRemoved(QueuedPublication publication) {
    bytes -= publication.bytes();
    publications--;
  }

  private ChannelPublishQueue fullestQueue() {
    return queues.values().stream()
        .max(Comparator.comparingInt(ChannelPublishQueue::size))
        .orElseThrow();
  }

  private void signalLocalPublications(ChannelPublishQueue queue) {
    if (queue.localMode().trySignal()) {
      listener.onLocalPublications(queue);
    }
  }

  /**
   * Waits for publications to log.
   *
   * @return at most one batch per channel; empty when the queue is closed and holds nothing that
   *     could be logged
   */
  List<Batch> awaitBatches() throws InterruptedException {
    lock.lock();
    try {
      List<Batch> batches = readyBatches();
      while (batches.isEmpty() && !closed) {
        changed.await();
        batches = readyBatches();
      }
      return batches;
    } finally {
      lock.unlock();
    }
  }

  private List<Batch> readyBatches() {
    List<Batch> batches = new ArrayList<>();
    for (ChannelPublishQueue queue : ready) {
      if (!queue.isEmpty() && queue.localMode().tryStartBatch()) {
        batches.add(queue.nextBatch());
      }
    }
    ready.clear();
    return batches;
  }

  /** Records that Redis has accepted a batch. */
  void onLogged(Batch batch) {
    lock.lock();
    try {
      onLogged(batch.queue(), batch.lastPublisherSequence());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void onLogged(ChannelPublishQueue queue, long loggedUpTo) {
    removeLogged(queue, loggedUpTo);
    if (queue.onBatchLogged(loggedUpTo)) {
      listener.onRejoined(queue);
    }
    if (!queue.isEmpty()) {
      ready.add(queue);
    }
  }

  private void removeLogged(ChannelPublishQueue queue, long loggedUpTo) {
    QueuedPublication logged = queue.pollLogged(loggedUpTo);
    while (logged != null) {
      onRemoved(logged);
      logged = queue.pollLogged(loggedUpTo);
    }
  }

  /** Records that Redis rejected a batch, and enters local mode. */
  void onRejected(Batch batch) {
    lock.lock();
    try {
      if (batch.queue().onBatchRejected()) {
        signalLocalPublications(batch.queue());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Records that a publication of this instance arrived from the log. */
  public void onConfirmed(ChannelPublishQueue queue, long publisherSequence) {
    lock.lock();
    try {
      queue.localMode().onConfirmed(publisherSequence);
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether any channel is in local mode. */
  public boolean isAnyLocal() {
    lock.lock();
    try {
      return queues.values().stream().anyMatch(queue -> queue.localMode().isActive());
    } finally {
      lock.unlock();
    }
  }

  /** Makes all channels in local mode eligible for another attempt. */
  public void retry() {
    lock.lock();
    try {
      for (ChannelPublishQueue queue : queues.values()) {
        if (queue.localMode().isActive()) {
          queue.localMode().requestRetry();
          ready.add(queue);
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Removes the next local publication of a channel. */
  public LocalDelivery pollLocal(ChannelPublishQueue queue) {
    lock.lock();
    try {
      return queue.localMode().poll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns whether a channel follows the log. Otherwise it is in local mode, or has not yet logged
   * everything that was queued when local mode ended.
   */
  public boolean isFollowingLog(ChannelPublishQueue queue) {
    lock.lock();
    try {
      return queue.localMode().isFollowing();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the approximate size of the queued publications. */
  public long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the number of queued publications. */
  public int publications() {
    lock.lock();
    try {
      return publications;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Rejects further publications, and waits up to a timeout for Redis to accept the queued ones.
   */
  public void close(long timeoutMillis) {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
      while (nanos > 0 && queues.values().stream().anyMatch(PublishQueue::canBeLogged)) {
        nanos = changed.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the caller does not want to wait
    } finally {
      lock.unlock();
    }
  }

  private static boolean canBeLogged(ChannelPublishQueue queue) {
    return !queue.isEmpty() && !queue.localMode().isActive();
  }
}
