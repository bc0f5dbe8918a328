package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;

/**
 * Once a second: tells every node that this instance is there, asks for the time and for channels
 * that others have added, and so finds out whether Redis is there. Its own thread, because all of
 * that waits for answers.
 */
final class Pulse implements Runnable {

  /** What comes of it. On the pulse's thread. */
  interface Listener {
    /** Redis has answered, or a node of it. */
    void alive();

    /** Channels that were not known. */
    void found(Set<Channel> channels);
  }

  private static final Logger log = LoggerFactory.getLogger(Pulse.class);
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** When Redis was kicked out of bed, it is not kicked again for so long. */
  private static final long MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final int MEMORY_EVERY = 10;

  private final Links links;
  private final Topology topology;
  private final Subscribers subscribers;
  private final Nodes nodes;
  private final LogClock clock;
  private final Troubles troubles;
  private final Listener listener;
  private final Memory memory = new Memory();
  private final ChannelNames names;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition kicked = lock.newCondition();
  private volatile int channels;
  private volatile boolean silent;
  private boolean kick;
  private boolean closed;
  private long count;

  Pulse(
      Links links,
      Topology topology,
      Subscribers subscribers,
      Nodes nodes,
      LogClock clock,
      Troubles troubles,
      Listener listener) {
    this.links = links;
    this.names = new ChannelNames(links);
    this.topology = topology;
    this.subscribers = subscribers;
    this.nodes = nodes;
    this.clock = clock;
    this.troubles = troubles;
    this.listener = listener;
  }

  /** What Redis says of its memory. */
  Memory memory() {
    return memory;
  }

  /** How many channels are known of, here or elsewhere. Any thread. */
  int channels() {
    return channels;
  }

  /** Does not wait for the next second. Any thread. */
  void kick() {
    lock.lock();
    try {
      kick = true;
      kicked.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Ends without a goodbye. Any thread. */
  void silence() {
    silent = true;
    close();
  }

  /** Says goodbye and ends. Any thread. */
  void close() {
    lock.lock();
    try {
      closed = true;
      kicked.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void run() {
    try (links) {
      do {
        beat();
      } while (isNext());
      sayGoodbye();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is closed
    }
  }

  private boolean isNext() throws InterruptedException {
    lock.lock();
    try {
      long begun = System.nanoTime();
      long left = INTERVAL_NANOS;
      while (!closed && left > 0 && !(kick && System.nanoTime() - begun >= MIN_NANOS)) {
        left = kicked.awaitNanos(kick ? Math.min(left, MIN_NANOS) : left);
        left = Math.min(left, INTERVAL_NANOS - (System.nanoTime() - begun));
      }
      kick = false;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void sayGoodbye() {
    if (silent || troubles.sentence() != null) {
      return; // who is not heard is soon taken for gone
    }
    try {
      for (HostAndPort node : topology.nodes()) {
        beat(node, nodes.goodbye());
      }
    } catch (RedisFailure e) {
      log.debug("a goodbye was not heard", e);
    }
  }

  private void beat() {
    try {
      topology.refresh();
      subscribers.arrange();
      List<HostAndPort> all = topology.nodes();
      RedisFailure refused = tryLook(all); // first: the heartbeat says how many channels there are
      RedisFailure failure = null;
      boolean answered = false;
      byte[] heartbeat = nodes.heartbeat(channels);
      for (HostAndPort node : all) {
        try {
          beat(node, heartbeat);
          answered = true;
        } catch (RedisFailure e) {
          links.drop(node, e);
          failure = e;
        }
      }
      if (answered) {
        listener.alive(); // a node that is gone must not hold up what lies on the others
      }
      if (failure != null) {
        throw failure;
      }
      if (count++ % MEMORY_EVERY == 0) {
        memory.ask(links, all);
      }
      if (refused == null) {
        troubles.clear(Troubles.Scope.PULSE);
      } else {
        troubles.report(Troubles.Scope.PULSE, refused);
      }
    } catch (RedisFailure e) {
      troubles.report(Troubles.Scope.PULSE, e);
      topology.forget();
    } catch (RuntimeException e) {
      log.error("a heartbeat failed; the next is sent in a second", e);
    }
  }

  private void beat(HostAndPort node, byte[] heartbeat) throws RedisFailure {
    Wire wire = links.to(node);
    long asked = System.nanoTime();
    List<?> time = Answers.list(wire.call(Command.TIME));
    long answered = System.nanoTime();
    if (time.size() == 2) {
      long millis = Answers.number(time.get(0)) * 1_000 + Answers.number(time.get(1)) / 1_000;
      clock.take(millis, asked, answered);
    }
    Command publish = topology.isCluster() ? Command.SPUBLISH : Command.PUBLISH;
    wire.call(publish, Keys.bytes(subscribers.pulseOf(node)), heartbeat);
  }

  /**
   * Looks for channels.
   *
   * @return why Redis refuses, which is no reason to say nothing: without heartbeats, every
   *     subscription would be taken for deaf; null if it does not
   */
  private @Nullable RedisFailure tryLook(List<HostAndPort> nodes) throws RedisFailure {
    try {
      look();
      return null;
    } catch (RedisFailure e) {
      if (e.kind() == RedisFailure.Kind.UNREACHABLE && nodes.size() == 1) {
        throw e; // the heartbeat would wait as long
      }
      return e;
    }
  }

  private void look() throws RedisFailure {
    Set<Channel> found = names.look(subscribers.channels());
    channels = names.count();
    if (!found.isEmpty()) {
      listener.found(found);
    }
  }
}
