package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
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
final class Outbox {

  private static final int BATCH_PUBLICATIONS = 512;
  private static final long BATCH_BYTES = 512 << 10;

  private final Map<Channel, Lane> lanes = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Lane> ready = new LinkedHashSet<>();
  private final String instanceId;
  private final long maxBytes;
  private final int maxPublications;
  private final Counters counters;
  private final Consumer<Lane> onLocalWork;
  private final Consumer<Lane> onRejoin;
  private long bytes;
  private int publications;
  private boolean closed;

  /**
   * Creates an empty queue.
   *
   * @param onLocalWork called, under the lock, when a channel has local publications to deliver
   * @param onRejoin called, under the lock, when a channel can leave local mode
   */
  Outbox(
      Settings settings, Counters counters, Consumer<Lane> onLocalWork, Consumer<Lane> onRejoin) {
    this.instanceId = settings.node();
    this.maxBytes = settings.queueBytes();
    this.maxPublications = settings.queuePublications();
    this.counters = counters;
    this.onLocalWork = onLocalWork;
    this.onRejoin = onRejoin;
  }

  /** Returns the queue of a channel, creating it if absent. */
  Lane lane(Channel channel) {
    return lanes.computeIfAbsent(channel, name -> new Lane(name, instanceId));
  }

  /** Queues a publication. Does not wait for Redis. */
  void add(Lane lane, int count, byte[] payload) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the broker is closed");
      }
      Outgoing outgoing = new Outgoing(++lane.lastSequence, count, payload);
      lane.waiting.add(outgoing);
      bytes += outgoing.bytes();
      publications++;
      if (lane.alone) {
        lane.local.add(outgoing);
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
  private void evictOldest(Lane lane) {
    Lane victim = lane;
    while (bytes > maxBytes || publications > maxPublications) {
      Outgoing oldest = victim.dropOldest();
      if (oldest == null) {
        victim = fullestLane();
        continue;
      }
      bytes -= oldest.bytes();
      publications--;
      counters.dropped.increment();
      if (victim.waiting.isEmpty()) {
        victim = fullestLane();
      }
    }
  }

  private Lane fullestLane() {
    return lanes.values().stream()
        .max((a, b) -> Integer.compare(a.waiting.size(), b.waiting.size()))
        .orElseThrow();
  }

  private void signalLocalWork(Lane lane) {
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
  List<Batch> take() throws InterruptedException {
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
    for (Lane lane : ready) {
      if (!lane.waiting.isEmpty() && (!lane.alone || lane.retry)) {
        lane.retry = false;
        batches.add(batch(lane));
      }
    }
    ready.clear();
    return batches;
  }

  private static Batch batch(Lane lane) {
    List<Outgoing> batch = new ArrayList<>();
    long size = 0;
    for (Outgoing publication : lane.waiting) {
      batch.add(publication);
      size += publication.bytes();
      if (batch.size() == BATCH_PUBLICATIONS || size >= BATCH_BYTES) {
        break;
      }
    }
    return new Batch(lane, batch);
  }

  /** Records that Redis has accepted a batch. */
  void logged(Batch batch) {
    lock.lock();
    try {
      Lane lane = batch.lane();
      long last = batch.lastSequence();
      while (!lane.waiting.isEmpty() && lane.waiting.element().sequence() <= last) {
        Outgoing publication = lane.waiting.remove();
        bytes -= publication.bytes();
        publications--;
        lane.logged(publication);
      }
      if (lane.alone) {
        lane.alone = false;
        lane.backAt = lane.lastSequence;
        lane.local.clear(); // they arrive from the log now
      }
      if (lane.backAt > 0 && last >= lane.backAt) {
        lane.backAt = 0;
        onRejoin.accept(lane);
      }
      if (!lane.waiting.isEmpty()) {
        ready.add(lane);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Records that a publication of this instance arrived from the log. */
  void heard(Lane lane, long sequence) {
    lock.lock();
    try {
      lane.heard(sequence);
    } finally {
      lock.unlock();
    }
  }

  /** Records that Redis rejected a batch, and enters local mode. */
  void refused(Batch batch) {
    lock.lock();
    try {
      Lane lane = batch.lane();
      if (!lane.alone && !lane.waiting.isEmpty()) { // an earlier attempt may have logged it
        lane.part();
        signalLocalWork(lane);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether any channel is in local mode. */
  boolean isAnyAlone() {
    lock.lock();
    try {
      return lanes.values().stream().anyMatch(lane -> lane.alone);
    } finally {
      lock.unlock();
    }
  }

  /** Makes all channels in local mode eligible for another attempt. */
  void retry() {
    lock.lock();
    try {
      for (Lane lane : lanes.values()) {
        if (lane.alone) {
          lane.retry = true;
          ready.add(lane);
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A step of local delivery: the metrics lost before it, and the next publication, if any. */
  record Local(long lost, @Nullable Outgoing next) {}

  /** Returns the next local publication of a channel, and the number of metrics lost before it. */
  Local nextLocal(Lane lane) {
    lock.lock();
    try {
      Local local = new Local(lane.lostLocally, lane.local.poll());
      lane.lostLocally = 0;
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
  boolean isApart(Lane lane) {
    lock.lock();
    try {
      return lane.alone || lane.backAt > 0;
    } finally {
      lock.unlock();
    }
  }

  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  int publications() {
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
  void close(long timeoutMillis) {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
      while (nanos > 0 && lanes.values().stream().anyMatch(l -> !l.alone && !l.waiting.isEmpty())) {
        nanos = changed.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the caller does not want to wait
    } finally {
      lock.unlock();
    }
  }
}
