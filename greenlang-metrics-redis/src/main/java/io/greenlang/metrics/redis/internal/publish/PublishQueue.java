package io.greenlang.metrics.redis.internal.publish;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.internal.connection.RedisBrokerConfig;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bounded queue of publications that Redis has not accepted yet. When it is full, the oldest
 * are dropped and counted.
 *
 * <p>A channel whose publications Redis does not accept is in <em>local mode</em>: they stay in the
 * queue, and are also delivered to this instance's own clients, once each.
 */
public final class PublishQueue {

  private static final int BATCH_PUBLICATIONS = 512;
  private static final long BATCH_BYTES = 512 << 10;

  private final Map<Channel, ChannelPublishQueue> lanes = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<ChannelPublishQueue> ready = new LinkedHashSet<>();
  private final String instanceId;
  private final long maxBytes;
  private final int maxPublications;
  private final BrokerCounters counters;
  private final Consumer<ChannelPublishQueue> onLocalWork;
  private final Consumer<ChannelPublishQueue> onRejoin;
  private long bytes;
  private int publications;
  private boolean closed;

  /**
   * Creates an empty queue.
   *
   * @param onLocalWork called, under the lock, when a channel has local publications to deliver
   * @param onRejoin called, under the lock, when a channel can leave local mode
   */
  public PublishQueue(
      RedisBrokerConfig settings,
      BrokerCounters counters,
      Consumer<ChannelPublishQueue> onLocalWork,
      Consumer<ChannelPublishQueue> onRejoin) {
    this.instanceId = settings.instanceId();
    this.maxBytes = settings.queueBytes();
    this.maxPublications = settings.queuePublications();
    this.counters = counters;
    this.onLocalWork = onLocalWork;
    this.onRejoin = onRejoin;
  }

  /** Returns the queue of a channel, creating it if absent. */
  public ChannelPublishQueue queueOf(Channel channel) {
    return lanes.computeIfAbsent(channel, name -> new ChannelPublishQueue(name, instanceId));
  }

  /** Queues a publication. Does not wait for Redis. */
  public void add(ChannelPublishQueue lane, int count, byte[] payload) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the broker is closed");
      }
      QueuedPublication outgoing = new QueuedPublication(++lane.lastSequence, count, payload);
      lane.pending.add(outgoing);
      bytes += outgoing.bytes();
      publications++;
      if (lane.alone) {
        lane.localPending.add(outgoing);
        signalLocalWork(lane);
      } else {
        ready.add(lane);
        changed.signal();
      }
      evictOldest(lane);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Drops the oldest publications: first those of the channel just published on, then those of the
   * fullest.
   */
  private void evictOldest(ChannelPublishQueue lane) {
    ChannelPublishQueue victim = lane;
    while (bytes > maxBytes || publications > maxPublications) {
      QueuedPublication oldest = victim.dropOldest();
      if (oldest == null) {
        victim = fullestLane();
        continue;
      }
      bytes -= oldest.bytes();
      publications--;
      counters.dropped.increment();
      if (victim.pending.isEmpty()) {
        victim = fullestLane();
      }
    }
  }

  private ChannelPublishQueue fullestLane() {
    return lanes.values().stream()
        .max((a, b) -> Integer.compare(a.pending.size(), b.pending.size()))
        .orElseThrow();
  }

  private void signalLocalWork(ChannelPublishQueue lane) {
    if (!lane.announced) {
      lane.announced = true;
      onLocalWork.accept(lane);
    }
  }

  /**
   * Waits for publications to log.
   *
   * @return at most one batch per channel; empty when the queue is closed and holds nothing that
   *     could be logged
   */
  List<PublishBatch> awaitBatches() throws InterruptedException {
    lock.lock();
    try {
      List<PublishBatch> batches = readyBatches();
      while (batches.isEmpty() && !closed) {
        changed.await();
        batches = readyBatches();
      }
      return batches;
    } finally {
      lock.unlock();
    }
  }

  private List<PublishBatch> readyBatches() {
    List<PublishBatch> batches = new ArrayList<>();
    for (ChannelPublishQueue lane : ready) {
      if (!lane.pending.isEmpty() && (!lane.alone || lane.retryRequested)) {
        lane.retryRequested = false;
        batches.add(batch(lane));
      }
    }
    ready.clear();
    return batches;
  }

  private static PublishBatch batch(ChannelPublishQueue lane) {
    List<QueuedPublication> batch = new ArrayList<>();
    long size = 0;
    for (QueuedPublication publication : lane.pending) {
      batch.add(publication);
      size += publication.bytes();
      if (batch.size() == BATCH_PUBLICATIONS || size >= BATCH_BYTES) {
        break;
      }
    }
    return new PublishBatch(lane, batch);
  }

  /** Records that Redis has accepted a batch. */
  void onLogged(PublishBatch batch) {
    lock.lock();
    try {
      ChannelPublishQueue lane = batch.queue();
      long last = batch.lastSequence();
      while (!lane.pending.isEmpty() && lane.pending.element().sequence() <= last) {
        QueuedPublication publication = lane.pending.remove();
        bytes -= publication.bytes();
        publications--;
        lane.onLogged(publication);
      }
      if (lane.alone) {
        lane.alone = false;
        lane.backAt = lane.lastSequence;
        lane.localPending.clear(); // they arrive from the log now
      }
      if (lane.backAt > 0 && last >= lane.backAt) {
        lane.backAt = 0;
        onRejoin.accept(lane);
      }
      if (!lane.pending.isEmpty()) {
        ready.add(lane);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Records that a publication of this instance arrived from the log. */
  public void onConfirmed(ChannelPublishQueue lane, long sequence) {
    lock.lock();
    try {
      lane.onConfirmed(sequence);
    } finally {
      lock.unlock();
    }
  }

  /** Records that Redis rejected a batch, and enters local mode. */
  void onRejected(PublishBatch batch) {
    lock.lock();
    try {
      ChannelPublishQueue lane = batch.queue();
      if (!lane.alone && !lane.pending.isEmpty()) { // an earlier attempt may have logged it
        lane.enterLocalMode();
        signalLocalWork(lane);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether any channel is in local mode. */
  public boolean isAnyLocal() {
    lock.lock();
    try {
      return lanes.values().stream().anyMatch(lane -> lane.alone);
    } finally {
      lock.unlock();
    }
  }

  /** Makes all channels in local mode eligible for another attempt. */
  public void retry() {
    lock.lock();
    try {
      for (ChannelPublishQueue lane : lanes.values()) {
        if (lane.alone) {
          lane.retryRequested = true;
          ready.add(lane);
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A step of local delivery: the metrics lost before it, and the next publication, if any. */
  public record LocalDelivery(long lostMetrics, @Nullable QueuedPublication next) {}

  /** Returns the next local publication of a channel, and the number of metrics lost before it. */
  public LocalDelivery nextLocal(ChannelPublishQueue lane) {
    lock.lock();
    try {
      LocalDelivery local = new LocalDelivery(lane.droppedLocalMetrics, lane.localPending.poll());
      lane.droppedLocalMetrics = 0;
      if (local.next() == null) {
        lane.announced = false;
      }
      return local;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns whether a channel is in local mode, or has not yet logged everything that was queued
   * when local mode ended.
   */
  public boolean isRejoining(ChannelPublishQueue lane) {
    lock.lock();
    try {
      return lane.alone || lane.backAt > 0;
    } finally {
      lock.unlock();
    }
  }

  public long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

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
      while (nanos > 0 && lanes.values().stream().anyMatch(l -> !l.alone && !l.pending.isEmpty())) {
        nanos = changed.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the caller does not want to wait
    } finally {
      lock.unlock();
    }
  }
}
