package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;

/**
 * Subscribes to the channels' plain names, on a connection of its own, again and again. A thread
 * reads; another one pings each second and ends the connection when nothing comes back, which is
 * how one that is dead without a word is noticed.
 */
final class ForeignListener implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ForeignListener.class);

  private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** A channel's name, and what kind of message it is. */
  private static final int MAX_TOPIC_BYTES = 1_024;

  private final Topology topology;
  private final Connector connector;
  private final BiConsumer<Channel, byte[]> hear;
  private final Map<String, Channel> channels = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Channel> unsubscribed = new LinkedHashSet<>();
  private final List<Thread> threads;
  private @Nullable Wire wire;
  private boolean told;
  private volatile long heardNanos;
  private volatile boolean closed;

  /** Starts to listen, to no channel as yet. {@code hear} must not throw nor block. */
  ForeignListener(Topology topology, Connector connector, BiConsumer<Channel, byte[]> hear) {
    this.topology = topology;
    this.connector = connector;
    this.hear = hear;
    this.threads =
        List.of(
            new Thread(this::listen, "greenlang-redis-foreign"),
            new Thread(this::watch, "greenlang-redis-foreign-ping"));
    for (Thread thread : threads) {
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Listens to one more. Does not block. */
  void add(Channel channel) {
    if (channels.put(channel.name(), channel) == null) {
      lock.lock();
      try {
        unsubscribed.add(channel);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void listen() {
    long pause = FIRST_PAUSE_NANOS;
    while (!closed) {
      try (Wire opened = connector.open(topology.nodes().get(0))) {
        opened.waitForEver(ForeignReader.MAX_BYTES + MAX_TOPIC_BYTES);
        heardNanos = System.nanoTime();
        use(opened, channels.values());
        while (!closed) {
          take(Answers.list(opened.next()));
          heardNanos = System.nanoTime();
          pause = FIRST_PAUSE_NANOS;
        }
      } catch (RedisFailure e) {
        topology.forget();
        tell(e);
      }
      use(null, List.of());
      pauseFor(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }
  }

  /** Once; of all but a want of rights to the plain names, the broker tells. */
  private void tell(RedisFailure failure) {
    if (failure.kind() == RedisFailure.Kind.FORBIDDEN && !told) {
      told = true;
      log.warn("What other programs publish is not heard: {}", failure.getMessage());
    }
  }

  /** Such as "message", the topic and what was published; all else is of no interest. */
  private void take(List<?> push) {
    if (push.size() == 3 && Answers.text(push.get(0)).equals("message")) {
      Channel channel = channels.get(Answers.text(push.get(1)));
      if (channel != null) {
        hear.accept(channel, Answers.bytes(push.get(2)));
      }
    }
  }

  private void use(@Nullable Wire now, Iterable<Channel> toSubscribe) {
    lock.lock();
    try {
      wire = now;
      unsubscribed.clear();
      toSubscribe.forEach(unsubscribed::add);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void pauseFor(long most) {
    lock.lock();
    try {
      long left = most / 2 + ThreadLocalRandom.current().nextLong(most / 2);
      while (!closed && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  /** It alone sends. */
  private void watch() {
    lock.lock();
    try {
      while (!closed) {
        Wire current = wire;
        if (current != null) {
          send(current);
        }
        if (unsubscribed.isEmpty() || wire == null) {
          changed.awaitNanos(PING_NANOS);
        }
      }
    } catch (InterruptedException e) {
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  private void send(Wire current) {
    try {
      if (!unsubscribed.isEmpty()) {
        byte[][] names =
            unsubscribed.stream().map(each -> Keys.bytes(each.name())).toArray(byte[][]::new);
        unsubscribed.clear();
        current.send(Command.SUBSCRIBE, names);
      } else {
        current.send(Command.PING);
      }
      if (System.nanoTime() - heardNanos > SILENCE_NANOS) {
        current.cut();
      }
    } catch (RedisFailure e) {
      current.cut(); // the reader makes another
    }
  }

  @Override
  public void close() {
    closed = true;
    lock.lock();
    try {
      if (wire != null) {
        wire.cut();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    threads.forEach(Thread::interrupt);
  }
}
