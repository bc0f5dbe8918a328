package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.broker.BrokerReceiver;
import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.broker.WindowArchive;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The wiring of a started broker: its parts and their threads. Thread-safe. */
final class Running implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Running.class);

  /**
   * Two heartbeats and a margin. A subscription without a heartbeat for that long is unresponsive.
   */
  private static final long UNRESPONSIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(2_200);

  private static final long WATCH_MILLIS = 100;

  /** The time allowed for a publication from Redis' clock to this instance. */
  private static final long DELIVERY_ALLOWANCE_MILLIS = 300;

  /** The longest time that a broken subscription holds back the watermark. Windows must close. */
  private static final long MAX_WATERMARK_LAG_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final long FLUSH_MILLIS = 1_000;
  private static final long JOIN_MILLIS = 2_000;

  private final Settings settings;
  private final Counters counters = new Counters();
  private final Troubles troubles = new Troubles();
  private final LogClock logClock;
  private final Nodes instances;
  private final Inbox inbox;
  private final Outbox outbox;
  private final Dispatcher dispatcher;
  private final ForeignPublishers externalPublishers;
  private final Subscribers subscribers;
  private final Opener opener;
  private final Pulse pulse;
  private final Publisher publisher;
  private final RedisWindowArchive archive;
  private final List<Thread> threads = new ArrayList<>();
  private final ExecutorService openExecutor =
      Executors.newSingleThreadExecutor(task -> daemon("greenlang-redis-open", task));
  private final ScheduledExecutorService watchdogExecutor =
      Executors.newSingleThreadScheduledExecutor(task -> daemon("greenlang-redis-watch", task));

  Running(Settings settings, MetricsClock clock, BrokerReceiver receiver) {
    this.settings = settings;
    Connector connector = new Connector(settings.address(), settings.tls());
    Topology topology = Topology.of(settings.address(), connector);
    this.logClock = new LogClock(clock);
    this.instances = new Nodes(settings.node());
    this.inbox = new Inbox(settings.inboxBytes(), counters);
    this.outbox =
        new Outbox(
            settings,
            counters,
            lane -> inbox.add(new Inbox.LocalWork(lane)),
            lane -> inbox.add(new Inbox.Back(lane)));
    this.externalPublishers =
        new ForeignPublishers(settings, topology, connector, clock, instances, troubles);
    this.dispatcher =
        new Dispatcher(
            inbox,
            outbox,
            new Links(topology, connector),
            externalPublishers,
            troubles,
            counters,
            logClock::millis);
    this.subscribers = new Subscribers(topology, connector, Keys::bus, new Heard(), counters);
    this.opener =
        new Opener(
            settings,
            new Links(topology, connector),
            subscribers,
            receiver,
            outbox,
            inbox,
            troubles,
            counters);
    this.pulse =
        new Pulse(
            new Links(topology, connector),
            topology,
            subscribers,
            instances,
            logClock,
            troubles,
            new Pulsed());
    this.publisher =
        new Publisher(
            settings,
            outbox,
            new Links(topology, connector),
            topology.isCluster(),
            troubles,
            lane -> dispatcher.seen(lane.channel),
            pulse::kick);
    this.archive =
        new RedisWindowArchive(
            new Links(topology, connector), settings.windowBytes(), troubles, counters);
  }

  /** Starts the threads, and waits until the existing channels are open, or until the timeout. */
  void start(long timeoutMillis) {
    threads.add(Threads.start("greenlang-redis-deliver", dispatcher));
    threads.add(Threads.start("greenlang-redis-publish", publisher));
    threads.add(Threads.start("greenlang-redis-archive", archive));
    CountDownLatch opened = new CountDownLatch(1);
    openExecutor.execute(
        () -> {
          try {
            openAll(opener.look());
          } catch (RedisFailure e) {
            troubles.report(Troubles.Scope.PULSE, e);
          } finally {
            opened.countDown();
          }
        });
    threads.add(Threads.start("greenlang-redis-pulse", pulse));
    if (settings.watchdog()) {
      watchdogExecutor.scheduleAtFixedRate(
          this::checkSubscriptions, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }
    try {
      if (!opened.await(timeoutMillis, TimeUnit.MILLISECONDS)) {
        log.warn(
            "Not all channels in Redis could be opened within {} ms; retrying in the background",
            timeoutMillis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the caller does not want to wait
    }
  }

  private void openAll(Set<Channel> channels) {
    for (Channel channel : channels) {
      try {
        opener.open(channel);
      } catch (IllegalArgumentException e) {
        log.warn("Skipped a channel of another instance: {}", e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // the broker is closed
        return;
      }
    }
  }

  void add(Channel channel) {
    if (opener.find(channel) == null) {
      try {
        opener.open(channel);
        pulse.kick(); // the heartbeat announces it to the other instances
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while channel " + channel + " was opened", e);
      }
    }
  }

  void publish(Channel channel, List<Metric> metrics) {
    Lane lane = opener.find(channel);
    if (lane == null) {
      throw new IllegalStateException("channel " + channel + " was not added");
    }
    byte[] packed = PublicationCodec.pack(metrics);
    if (packed.length > PublicationCodec.MAX_BYTES && metrics.size() > 1) {
      int half = metrics.size() / 2;
      publish(channel, metrics.subList(0, half));
      publish(channel, metrics.subList(half, metrics.size()));
      return;
    }
    outbox.add(lane, metrics.size(), packed);
  }

  long logMillis() {
    long now = System.nanoTime();
    long received = now;
    for (Subscriber subscriber : subscribers.all()) {
      received = Math.min(received, subscriber.fallenNanos(now));
    }
    long delivered = Math.min(received, dispatcher.deliveredUpTo(now));
    return logClock.at(Math.max(delivered, now - MAX_WATERMARK_LAG_NANOS))
        - DELIVERY_ALLOWANCE_MILLIS;
  }

  WindowArchive archive() {
    return archive;
  }

  BrokerState state() {
    TreeMap<String, Double> health = new TreeMap<>();
    List<Subscriber> current = subscribers.all();
    boolean connected = !current.isEmpty() && current.stream().allMatch(Subscriber::isStanding);
    String problem = troubles.sentence();
    health.put("connected", connected && problem == null ? 1.0 : 0.0);
    health.put("queue.publications", (double) outbox.publications());
    health.put("queue.bytes", (double) outbox.bytes());
    health.put("dropped", counters.dropped.doubleValue());
    health.put("windows.dropped", counters.windowsDropped.doubleValue());
    health.put("gaps.filled", counters.filled.doubleValue());
    health.put("gaps.lost", counters.lost.doubleValue());
    health.put("overflowed", counters.overflowed.doubleValue());
    health.put("malformed", counters.malformed.doubleValue());
    health.put("reconnects", counters.reconnects.doubleValue());
    health.put("memory.used_bytes", (double) pulse.memory().usedBytes());
    health.put("memory.max_bytes", (double) pulse.memory().maxBytes());
    health.put("round_trip_ms", logClock.roundTripMillis());
    externalPublishers.tell(health);
    int active = instances.active();
    return new BrokerState(active, Math.max(active, instances.known()), health, problem);
  }

  private void checkSubscriptions() {
    try {
      subscribers.cutDeaf(UNRESPONSIVE_NANOS);
      externalPublishers.cutDeaf(UNRESPONSIVE_NANOS);
    } catch (RuntimeException e) {
      log.error("Subscription watchdog failed; retrying", e);
    }
  }

  /** Stops the heartbeats without a goodbye, as if the process had crashed; for tests. */
  void silence() {
    pulse.silence();
  }

  @Override
  public void close() {
    outbox.close(FLUSH_MILLIS);
    pulse.close();
    archive.close();
    subscribers.close();
    externalPublishers.close();
    watchdogExecutor.shutdownNow();
    inbox.close();
    threads.forEach(thread -> Threads.join(thread, JOIN_MILLIS));
    openExecutor.shutdownNow();
    opener.close();
  }

  private static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private final class Heard implements Subscriber.Ear {
    @Override
    public void message(Channel channel, byte[] bytes) {
      if (bytes == BoundedReply.TOO_LARGE) {
        counters.malformed.increment(); // we never publish messages that large
        return;
      }
      inbox.offer(new Inbox.Message(channel, bytes, System.nanoTime()));
    }

    @Override
    public void heartbeat(Subscriber on, byte[] bytes) {
      try {
        Nodes.Heartbeat heartbeat = instances.hear(bytes);
        if (heartbeat.isOwn()) {
          on.heard();
        } else if (heartbeat.channels() > pulse.channels()) {
          pulse.kick();
        }
      } catch (Malformed e) {
        counters.malformed.increment();
      }
    }

    @Override
    public void subscribed(Set<Channel> channels) {
      inbox.add(new Inbox.Subscribed(channels));
    }

    @Override
    public void failed(RedisFailure cause) {
      troubles.report(Troubles.Scope.SUBSCRIBE, cause);
    }

    @Override
    public void fine() {
      troubles.clear(Troubles.Scope.SUBSCRIBE);
    }
  }

  private final class Pulsed implements Pulse.Listener {
    @Override
    public void alive() {
      externalPublishers.arrange();
      if (outbox.isAnyAlone()) {
        outbox.retry();
      }
      Set<Channel> unheard = new HashSet<>();
      subscribers.all().forEach(subscriber -> unheard.addAll(subscriber.unheard()));
      inbox.add(new Inbox.Retry(unheard));
    }

    @Override
    public void found(Set<Channel> channels) {
      if (!openExecutor.isShutdown()) {
        openExecutor.execute(() -> openAll(channels));
      }
    }
  }
}
