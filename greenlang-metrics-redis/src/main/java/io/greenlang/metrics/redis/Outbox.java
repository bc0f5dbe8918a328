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
 * What this instance has published and Redis has not taken yet: bounded, and when it is full, the
 * oldest goes and is counted.
 *
 * <p>A lane whose publications Redis does not take is <em>alone</em>: they stay in the queue, and
 * are handed to this instance's own clients, too, once each.
 */
final class Outbox {

  private static final int BATCH_PUBLICATIONS = 512;
  private static final long BATCH_BYTES = 512 << 10;

  private final Map<Channel, Lane> lanes = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Lane> ready = new LinkedHashSet<>();
  private final String node;
  private final long maxBytes;
  private final int maxPublications;
  private final Counters counters;
  private final Consumer<Lane> localWork;
  private final Consumer<Lane> back;
  private long bytes;
  private int publications;
  private boolean closed;

  /**
   * An empty one.
   *
   * @param localWork told, under the lock, that a lane has something for this instance's clients
   * @param back told, under the lock, that a lane is together with the others again
   */
  Outbox(Settings settings, Counters counters, Consumer<Lane> localWork, Consumer<Lane> back) {
    this.node = settings.node();
    this.maxBytes = settings.queueBytes();
    this.maxPublications = settings.queuePublications();
    this.counters = counters;
    this.localWork = localWork;
    this.back = back;
  }

  /** The lane of a channel, which is made if there is none. */
  Lane lane(Channel channel) {
    return lanes.computeIfAbsent(channel, name -> new Lane(name, node));
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
        announce(lane);
      } else {
        ready.add(lane);
        changed.signal();
      }
      makeRoom(lane);
    } finally {
      lock.unlock();
    }
  }

  /** What is oldest on the channel that is published on goes first, then on the fullest. */
  private void makeRoom(Lane last) {
    Lane from = last;
    while (bytes > maxBytes || publications > maxPublications) {
      Outgoing oldest = from.dropOldest();
      if (oldest == null) {
        from = fullest();
        continue;
      }
      bytes -= oldest.bytes();
      publications--;
      counters.dropped.increment();
      if (from.waiting.isEmpty()) {
        from = fullest();
      }
    }
  }

  private Lane fullest() {
    return lanes.values().stream()
        .max((a, b) -> Integer.compare(a.waiting.size(), b.waiting.size()))
        .orElseThrow();
  }

  private void announce(Lane lane) {
    if (!lane.announced) {
      lane.announced = true;
      localWork.accept(lane);
    }
  }

  /**
   * Waits for something to log.
   *
   * @return at most one batch of each lane; empty when it is closed and nothing is left that could
   *     be logged
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
    List<Outgoing> some = new ArrayList<>();
    long size = 0;
    for (Outgoing each : lane.waiting) {
      some.add(each);
      size += each.bytes();
      if (some.size() == BATCH_PUBLICATIONS || size >= BATCH_BYTES) {
        break;
      }
    }
    return new Batch(lane, some);
  }

  /** Takes notice that Redis has a batch. */
  void logged(Batch batch) {
    lock.lock();
    try {
      Lane lane = batch.lane();
      long last = batch.lastSequence();
      while (!lane.waiting.isEmpty() && lane.waiting.element().sequence() <= last) {
        Outgoing done = lane.waiting.remove();
        bytes -= done.bytes();
        publications--;
        lane.logged(done);
      }
      if (lane.alone) {
        lane.alone = false;
        lane.backAt = lane.lastSequence;
        lane.local.clear(); // they come by the log now
      }
      if (lane.backAt > 0 && last >= lane.backAt) {
        lane.backAt = 0;
        back.accept(lane);
      }
      if (!lane.waiting.isEmpty()) {
        ready.add(lane);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes notice that one of a lane's came by the log. */
  void heard(Lane lane, long sequence) {
    lock.lock();
    try {
      lane.heard(sequence);
    } finally {
      lock.unlock();
    }
  }

  /** Takes notice that Redis did not take a batch: this instance's clients are to have it. */
  void refused(Batch batch) {
    lock.lock();
    try {
      Lane lane = batch.lane();
      if (!lane.alone && !lane.waiting.isEmpty()) { // it may have been logged before that
        lane.part();
        announce(lane);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether Redis is not known to take what some lane has. */
  boolean isAnyAlone() {
    lock.lock();
    try {
      return lanes.values().stream().anyMatch(lane -> lane.alone);
    } finally {
      lock.unlock();
    }
  }

  /** Lets what is alone be tried again. */
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

  /** What this instance's clients are to have of a lane. */
  record Local(long lost, @Nullable Outgoing next) {}

  /** The next of a lane for this instance's clients, and what was lost before it. */
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

  /** Whether a lane is alone, or has not told Redis yet all that it had when it was. */
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

  /** Takes no more, and waits a while for Redis to take what is there. */
  void close(long millis) {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
      while (nanos > 0 && lanes.values().stream().anyMatch(l -> !l.alone && !l.waiting.isEmpty())) {
        nanos = changed.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever closes is in a hurry
    } finally {
      lock.unlock();
    }
  }
}
