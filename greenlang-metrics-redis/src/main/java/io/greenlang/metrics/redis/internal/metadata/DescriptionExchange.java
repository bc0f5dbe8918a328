package io.greenlang.metrics.redis.internal.metadata;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.redis.internal.connection.BrokerContext;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import io.greenlang.metrics.redis.internal.support.BrokerCounters.Counter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that shares descriptions of metrics with other instances. Once per second, it writes
 * those of this instance that Redis lacks, and reads those of the channels whose version has
 * changed. That recovers from every failure: of Redis, of another instance, and of this one. The
 * last writer of a name wins on all instances. {@link #describe} may be called on any thread.
 */
public final class DescriptionExchange implements Runnable, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DescriptionExchange.class);
  private static final ThrottledLog failureLog = new ThrottledLog(log);

  private final DescriptionStore store;
  private final BrokerListener listener;
  private final Supplier<Set<Channel>> openChannels;
  private final BrokerCounters counters;
  private final ExchangeLoop loop;
  private final ReentrantLock lock = new ReentrantLock();

  /** The descriptions of this instance, by channel and name. Guarded by the lock. */
  private final Map<Channel, Map<String, MetricDescription>> own = new HashMap<>();

  /** The descriptions that Redis lacks, by channel and name. Guarded by the lock. */
  private final Map<Channel, Map<String, MetricDescription>> queued = new LinkedHashMap<>();

  /** The versions that were read. Used by the thread only. */
  private final Map<Channel, String> versions = new HashMap<>();

  /**
   * Creates an exchange whose thread is not running.
   *
   * @param listener receives the descriptions of open channels
   * @param openChannels returns the channels that the listener has opened
   */
  public DescriptionExchange(
      BrokerContext context, BrokerListener listener, Supplier<Set<Channel>> openChannels) {
    NodeConnections connections = context.newConnections();
    this.store = new DescriptionStore(connections);
    this.counters = context.counters();
    this.listener = listener;
    this.openChannels = openChannels;
    this.loop =
        new ExchangeLoop(
            connections, "the units and descriptions of metrics", () -> false, this::exchange);
  }

  /** Shares descriptions of this instance. Does not wait. */
  public void describe(Channel channel, Collection<MetricDescription> descriptions) {
    lock.lock();
    try {
      for (MetricDescription description : descriptions) {
        put(own, channel, description);
        put(queued, channel, description);
      }
    } finally {
      lock.unlock();
    }
    wakeUp();
  }

  /** Has the thread read at once, because channels were opened. */
  public void wakeUp() {
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

  private void exchange() throws RedisException {
    Set<Channel> channels = openChannels.get();
    Map<Channel, String> current = store.versions(channels);
    queueLost(current);
    Map<Channel, List<MetricDescription>> lacking = queued();
    if (!lacking.isEmpty()) {
      for (Map.Entry<Channel, List<MetricDescription>> entry : lacking.entrySet()) {
        write(entry.getKey(), entry.getValue());
      }
      current = store.versions(channels);
    }
    for (Map.Entry<Channel, String> entry : current.entrySet()) {
      String version = entry.getValue();
      if (!version.isEmpty() && !version.equals(versions.put(entry.getKey(), version))) {
        read(entry.getKey());
      }
    }
  }

  private void write(Channel channel, List<MetricDescription> descriptions) throws RedisException {
    try {
      store.merge(channel, descriptions);
    } catch (RedisException e) {
      rethrowUnlessConflict(channel, e);
    }
    dequeue(channel, descriptions);
  }

  /** Rethrows a failure unless it is another program's data, which must affect only one channel. */
  private static void rethrowUnlessConflict(Channel channel, RedisException e)
      throws RedisException {
    if (e.kind() != RedisException.Kind.CONFLICTING_DATA) {
      throw e;
    }
    failureLog.warn("Failed to share the descriptions of {}: {}", channel, e.getMessage());
  }

  /** Queues everything of the channels that Redis has no version of: it may have been emptied. */
  private void queueLost(Map<Channel, String> current) {
    lock.lock();
    try {
      current.forEach(
          (channel, version) -> {
            if (version.isEmpty() && own.containsKey(channel)) {
              own.get(channel).values().forEach(each -> put(queued, channel, each));
            }
          });
    } finally {
      lock.unlock();
    }
  }

  private Map<Channel, List<MetricDescription>> queued() {
    lock.lock();
    try {
      Map<Channel, List<MetricDescription>> copy = new LinkedHashMap<>();
      queued.forEach((channel, byName) -> copy.put(channel, List.copyOf(byName.values())));
      return copy;
    } finally {
      lock.unlock();
    }
  }

  private void dequeue(Channel channel, List<MetricDescription> written) {
    lock.lock();
    try {
      Map<String, MetricDescription> left = queued.get(channel);
      if (left != null) {
        written.forEach(each -> left.remove(each.name(), each));
        if (left.isEmpty()) {
          queued.remove(channel);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void read(Channel channel) throws RedisException {
    List<String> lines;
    try {
      lines = store.read(channel);
    } catch (RedisException e) {
      versions.remove(channel); // read again
      rethrowUnlessConflict(channel, e);
      return;
    }
    List<MetricDescription> descriptions = new ArrayList<>();
    for (String line : lines) {
      try {
        descriptions.add(DescriptionStore.parse(channel, line));
      } catch (IllegalArgumentException e) {
        log.debug("Skipped a malformed description of a metric of {}", channel, e);
        counters.increment(Counter.MALFORMED);
      }
    }
    descriptions.removeIf(description -> !storeUnlessOutdated(description));
    listener.onDescriptions(channel, descriptions);
  }

  /**
   * Replaces our own description by the one of Redis, unless a newer one is queued.
   *
   * @return false if a newer one is queued
   */
  private boolean storeUnlessOutdated(MetricDescription description) {
    lock.lock();
    try {
      Map<String, MetricDescription> pending = queued.get(description.channel());
      if (pending != null && pending.containsKey(description.name())) {
        return false;
      }
      Map<String, MetricDescription> ours = own.get(description.channel());
      if (ours != null) {
        ours.replace(description.name(), description);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private static void put(
      Map<Channel, Map<String, MetricDescription>> target,
      Channel channel,
      MetricDescription description) {
    target
        .computeIfAbsent(channel, key -> new LinkedHashMap<>())
        .put(description.name(), description);
  }
}
