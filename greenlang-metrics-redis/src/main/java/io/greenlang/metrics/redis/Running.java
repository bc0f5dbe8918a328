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

/** The parts of a started broker, and how they are put together. Any thread. */
final class Running implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Running.class);

  /** Two heartbeats and a little: then a subscription is taken for deaf. */
  private static final long DEAF_NANOS = TimeUnit.MILLISECONDS.toNanos(2_200);

  private static final long WATCH_MILLIS = 100;

  /** What a publication may take from Redis' clock to here. */
  private static final long DELIVERY_MILLIS = 300;

  /** The log's time waits no longer for a subscription than this: windows have to close. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final long FLUSH_MILLIS = 1_000;
  private static final long JOIN_MILLIS = 2_000;

  private final Settings settings;
  private final Counters counters = new Counters();
  private final Troubles troubles = new Troubles();
  private final LogClock logClock;
  private final Nodes nodes;
  private final Inbox inbox;
  private final Outbox outbox;
  private final Dispatcher dispatcher;
  private final ForeignPublishers foreign;
  private final Subscribers subscribers;
  private final Opener opener;
  private final Pulse pulse;
  private final Publisher publisher;
  private final RedisWindowArchive archive;
  private final List<Thread> threads = new ArrayList<>();
  private final ExecutorService opening =
      Executors.newSingleThreadExecutor(task -> daemon("greenlang-redis-open", task));
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(task -> daemon("greenlang-redis-watch", task));

  Running(Settings settings, MetricsClock clock, BrokerReceiver receiver) {
    this.settings = settings;
    Connector connector = new Connector(settings.address(), settings.tls());
    Topology topology = Topology.of(settings.address(), connector);
    this.logClock = new LogClock(clock);
    this.nodes = new Nodes(settings.node());
    this.inbox = new Inbox(settings.inboxBytes(), counters);
    this.outbox =
        new Outbox(
            settings,
            counters,
            lane -> inbox.add(new Inbox.LocalWork(lane)),
            lane -> inbox.add(new Inbox.Back(lane)));
    this.foreign = new ForeignPublishers(settings, topology, connector, clock, nodes, troubles);
    this.dispatcher =
        new Dispatcher(
            inbox,
            outbox,
            new Links(topology, connector),
            foreign,
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
            nodes,
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

  /** Starts, and waits until the channels that there are are open, or for so long. */
  void start(long millis) {
    threads.add(Threads.start("greenlang-redis-deliver", dispatcher));
    threads.add(Threads.start("greenlang-redis-publish", publisher));
    threads.add(Threads.start("greenlang-redis-archive", archive));
    CountDownLatch first = new CountDownLatch(1);
    opening.execute(
        () -> {
          try {
            openAll(opener.look());
          } catch (RedisFailure e) {
            troubles.report(Troubles.Scope.PULSE, e);
          } finally {
            first.countDown();
          }
        });
    threads.add(Threads.start("greenlang-redis-pulse", pulse));
    if (settings.watchdog()) {
      watch.scheduleAtFixedRate(this::watch, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }
    try {
      if (!first.await(millis, TimeUnit.MILLISECONDS)) {
        log.warn("Redis has not told all channels within {} ms; they are opened later", millis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever starts it does not want to wait
    }
  }

  private void openAll(Set<Channel> channels) {
    for (Channel channel : channels) {
      try {
        opener.open(channel);
      } catch (IllegalArgumentException e) {
        log.warn("a channel of another instance is left out: {}", e.getMessage());
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
        pulse.kick(); // so that others hear of it
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
    long heard = now;
    for (Subscriber subscriber : subscribers.all()) {
      heard = Math.min(heard, subscriber.fallenNanos(now));
    }
    long delivered = Math.min(heard, dispatcher.deliveredUpTo(now));
    return logClock.at(Math.max(delivered, now - PATIENCE_NANOS)) - DELIVERY_MILLIS;
  }

  WindowArchive archive() {
    return archive;
  }

  BrokerState state() {
    TreeMap<String, Double> health = new TreeMap<>();
    List<Subscriber> all = subscribers.all();
    boolean connected = !all.isEmpty() && all.stream().allMatch(Subscriber::isStanding);
    String trouble = troubles.sentence();
    health.put("connected", connected && trouble == null ? 1.0 : 0.0);
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
    foreign.tell(health);
    int active = nodes.active();
    return new BrokerState(active, Math.max(active, nodes.known()), health, trouble);
  }

  private void watch() {
    try {
      subscribers.cutDeaf(DEAF_NANOS);
      foreign.cutDeaf(DEAF_NANOS);
    } catch (RuntimeException e) {
      log.error("the watch over subscriptions failed; it goes on", e);
    }
  }

  /** Sends no more heartbeats and says no goodbye, as if the process had died; for tests. */
  void silence() {
    pulse.silence();
  }

  @Override
  public void close() {
    outbox.close(FLUSH_MILLIS);
    pulse.close();
    archive.close();
    subscribers.close();
    foreign.close();
    watch.shutdownNow();
    inbox.close();
    threads.forEach(thread -> Threads.join(thread, JOIN_MILLIS));
    opening.shutdownNow();
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
        counters.malformed.increment(); // none of ours; it need not wait to be found out
        return;
      }
      inbox.offer(new Inbox.Message(channel, bytes, System.nanoTime()));
    }

    @Override
    public void heartbeat(Subscriber on, byte[] bytes) {
      try {
        Nodes.Heartbeat heartbeat = nodes.hear(bytes);
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
    public void failed(RedisFailure why) {
      troubles.report(Troubles.Scope.SUBSCRIBE, why);
    }

    @Override
    public void fine() {
      troubles.clear(Troubles.Scope.SUBSCRIBE);
    }
  }

  private final class Pulsed implements Pulse.Listener {
    @Override
    public void alive() {
      foreign.arrange();
      if (outbox.isAnyAlone()) {
        outbox.retry();
      }
      Set<Channel> unheard = new HashSet<>();
      subscribers.all().forEach(subscriber -> unheard.addAll(subscriber.unheard()));
      inbox.add(new Inbox.Retry(unheard));
    }

    @Override
    public void found(Set<Channel> channels) {
      if (!opening.isShutdown()) {
        opening.execute(() -> openAll(channels));
      }
    }
  }
}
