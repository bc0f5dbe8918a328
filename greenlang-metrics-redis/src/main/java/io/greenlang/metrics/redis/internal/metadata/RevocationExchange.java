package io.greenlang.metrics.redis.internal.metadata;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.broker.Revocation;
import io.greenlang.metrics.redis.internal.connection.BrokerContext;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The thread that shares revocations with all instances. It writes those of this instance at once,
 * and once per second reads all of them if their version has changed. If Redis is unavailable, it
 * writes them later. If Redis was emptied, each instance writes those that it knows. {@link
 * #revoke} may be called on any thread.
 *
 * <p>It keeps the revocations until they end: those of this instance and those of others. The hubs
 * bound the number of either.
 */
public final class RevocationExchange implements Runnable, AutoCloseable {

  private final RevocationStore store;
  private final BrokerListener listener;
  private final ExchangeLoop loop;
  private final ReentrantLock lock = new ReentrantLock();

  /** The revocations that Redis lacks, by kind and name. Guarded by the lock. */
  private final Map<String, Revocation> queued = new LinkedHashMap<>();

  /** The revocations that Redis has or had, by kind and name. Used by the thread only. */
  private final Map<String, Revocation> known = new HashMap<>();

  /** The version that was read last; empty if there was none. Used by the thread only. */
  private String version = "";

  /**
   * Creates an exchange whose thread is not running.
   *
   * @param listener receives the revocations of all instances
   * @param clock decides whether a revocation has ended
   */
  public RevocationExchange(BrokerContext context, BrokerListener listener, MetricsClock clock) {
    NodeConnections connections = context.newConnections();
    this.store = new RevocationStore(connections, context.counters());
    this.listener = listener;
    this.loop =
        new ExchangeLoop(
            connections,
            "revocations",
            this::isOutageUrgent,
            () -> exchange(clock.wallTimeMillis()));
  }

  /** Shares a revocation of this instance. Does not wait. */
  public void revoke(Revocation revocation) {
    lock.lock();
    try {
      put(queued, revocation);
    } finally {
      lock.unlock();
    }
    loop.wakeUp();
  }

  @Override
  public void close() {
    loop.close();
  }

  @Override
  public void run() {
    loop.run();
  }

  /**
   * Returns whether an outage is urgent: a revocation that others do not know matters more than a
   * repeated report of it.
   */
  private boolean isOutageUrgent() {
    return !queued().isEmpty();
  }

  private void exchange(long nowMillis) throws RedisException {
    known.values().removeIf(each -> each.until().toEpochMilli() < nowMillis);
    List<Revocation> lacking = queued();
    if (!lacking.isEmpty()) {
      store.add(lacking, nowMillis);
      dequeue(lacking);
      lacking.forEach(each -> put(known, each));
    }
    RevocationStore.Contents contents = store.read(version, nowMillis);
    if (contents.version().isEmpty() || !contents.version().equals(version)) {
      accept(contents.revocations(), nowMillis);
      version = contents.version();
    }
  }

  /** Passes revocations to the listener, and writes those that Redis has lost. */
  private void accept(List<Revocation> received, long nowMillis) throws RedisException {
    if (!received.isEmpty()) {
      listener.onRevocations(received);
    }
    List<Revocation> lost = lost(received);
    if (received.size() < RevocationStore.MAX_READ) { // otherwise, some were not read
      received.forEach(each -> put(known, each));
      if (!lost.isEmpty()) {
        store.add(lost, nowMillis); // Redis was emptied, or restored from an older state
      }
    }
  }

  private List<Revocation> lost(List<Revocation> received) {
    Map<String, Revocation> byKey = new HashMap<>();
    received.forEach(each -> put(byKey, each));
    return known.values().stream().filter(each -> !covers(byKey.get(key(each)), each)).toList();
  }

  private static boolean covers(@Nullable Revocation stored, Revocation revocation) {
    return stored != null && stored.merge(revocation).equals(stored);
  }

  private static String key(Revocation revocation) {
    return revocation.kind() + " " + revocation.name();
  }

  private static void put(Map<String, Revocation> target, Revocation revocation) {
    target.merge(key(revocation), revocation, Revocation::merge);
  }

  private List<Revocation> queued() {
    lock.lock();
    try {
      return List.copyOf(queued.values());
    } finally {
      lock.unlock();
    }
  }

  private void dequeue(List<Revocation> written) {
    lock.lock();
    try {
      written.forEach(each -> queued.remove(key(each), each));
    } finally {
      lock.unlock();
    }
  }
}
