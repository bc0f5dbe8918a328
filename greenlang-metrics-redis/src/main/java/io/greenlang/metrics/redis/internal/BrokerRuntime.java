package io.greenlang.metrics.redis.internal;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.broker.WindowArchive;
import io.greenlang.metrics.internal.util.NamedThreads;
import io.greenlang.metrics.redis.internal.archive.RedisWindowArchive;
import io.greenlang.metrics.redis.internal.connection.BoundedReply;
import io.greenlang.metrics.redis.internal.connection.HealthTracker;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisBrokerConfig;
import io.greenlang.metrics.redis.internal.connection.RedisConnectionFactory;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.connection.Topology;
import io.greenlang.metrics.redis.internal.delivery.DeliveryQueue;
import io.greenlang.metrics.redis.internal.delivery.Dispatcher;
import io.greenlang.metrics.redis.internal.external.ExternalPublishers;
import io.greenlang.metrics.redis.internal.log.LogClock;
import io.greenlang.metrics.redis.internal.log.PublicationCodec;
import io.greenlang.metrics.redis.internal.membership.InstanceRegistry;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue;
import io.greenlang.metrics.redis.internal.publish.PublishQueue;
import io.greenlang.metrics.redis.internal.publish.Publisher;
import io.greenlang.metrics.redis.internal.subscribe.NodeSubscribers;
import io.greenlang.metrics.redis.internal.subscribe.TopicSubscriber;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import io.greenlang.metrics.redis.internal.support.Keys;
import io.greenlang.metrics.redis.internal.support.MalformedDataException;
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
public final class BrokerRuntime implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(BrokerRuntime.class);

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

  private final RedisBrokerConfig settings;
  private final BrokerCounters counters = new BrokerCounters();
  private final HealthTracker troubles = new HealthTracker();
  private final LogClock logClock;
  private final InstanceRegistry instances;
  private final DeliveryQueue inbox;
  private final PublishQueue outbox;
  private final Dispatcher dispatcher;
  private final ExternalPublishers externalPublishers;
  private final NodeSubscribers subscribers;
  private final ChannelOpener opener;
  private final HeartbeatTask pulse;
  private final Publisher publisher;
  private final RedisWindowArchive archive;
  private final List<Thread> threads = new ArrayList<>();
  private final ExecutorService openExecutor =
      Executors.newSingleThreadExecutor(NamedThreads.single("greenlang-redis-open"));
  private final ScheduledExecutorService watchdogExecutor =
      Executors.newSingleThreadScheduledExecutor(NamedThreads.single("greenlang-redis-watch"));

  public BrokerRuntime(RedisBrokerConfig settings, MetricsClock clock, BrokerListener receiver) {
    this.settings = settings;
    RedisConnectionFactory connector =
        new RedisConnectionFactory(settings.address(), settings.tls());
    Topology topology = Topology.of(settings.address(), connector);
    this.logClock = new LogClock(clock);
    this.instances = new InstanceRegistry(settings.instanceId());
    this.inbox = new DeliveryQueue(settings.deliveryQueueBytes(), counters);
    this.outbox =
        new PublishQueue(
            settings,
            counters,
            lane -> inbox.add(new DeliveryQueue.LocalPublications(lane)),
            lane -> inbox.add(new DeliveryQueue.Rejoined(lane)));
    this.externalPublishers =
        new ExternalPublishers(settings, topology, connector, clock, instances, troubles);
    this.dispatcher =
        new Dispatcher(
            inbox,
            outbox,
            new NodeConnections(topology, connector),
            externalPublishers,
            troubles,
            counters,
            logClock::millis);
    this.subscribers =
        new NodeSubscribers(topology, connector, Keys::busTopic, new Heard(), counters);
    this.opener =
        new ChannelOpener(
            settings,
            new NodeConnections(topology, connector),
            subscribers,
            receiver,
            outbox,
            inbox,
            troubles,
            counters);
    this.pulse =
        new HeartbeatTask(
            new NodeConnections(topology, connector),
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
            new NodeConnections(topology, connector),
            topology.isCluster(),
            troubles,
            lane -> dispatcher.position(lane.channel),
            pulse::kick);
    this.archive =
        new RedisWindowArchive(
            new NodeConnections(topology, connector), settings.windowBytes(), troubles, counters);
  }

  /** Starts the threads, and waits until the existing channels are open, or until the timeout. */
  public void start(long timeoutMillis) {
    threads.add(NamedThreads.start("greenlang-redis-deliver", dispatcher));
    threads.add(NamedThreads.start("greenlang-redis-publish", publisher));
    threads.add(NamedThreads.start("greenlang-redis-archive", archive));
    CountDownLatch opened = new CountDownLatch(1);
    openExecutor.execute(
        () -> {
          try {
            openAll(opener.existingChannels());
          } catch (RedisException e) {
            troubles.report(HealthTracker.Activity.HEARTBEAT, e);
          } finally {
            opened.countDown();
          }
        });
    threads.add(NamedThreads.start("greenlang-redis-pulse", pulse));
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

  public void add(Channel channel) {
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

  public void publish(Channel channel, List<Metric> metrics) {
    ChannelPublishQueue lane = opener.find(channel);
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

  public long logMillis() {
    long now = System.nanoTime();
    long received = now;
    for (TopicSubscriber subscriber : subscribers.all()) {
      received = Math.min(received, subscriber.fallenNanos(now));
    }
    long delivered = Math.min(received, dispatcher.deliveredUpTo(now));
    return logClock.millisAt(Math.max(delivered, now - MAX_WATERMARK_LAG_NANOS))
        - DELIVERY_ALLOWANCE_MILLIS;
  }

  public WindowArchive archive() {
    return archive;
  }

  public BrokerState state() {
    TreeMap<String, Double> health = new TreeMap<>();
    List<TopicSubscriber> current = subscribers.all();
    boolean connected =
        !current.isEmpty() && current.stream().allMatch(TopicSubscriber::isStanding);
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
    externalPublishers.addHealth(health);
    int active = instances.active();
    return new BrokerState(active, Math.max(active, instances.known()), health, problem);
  }

  private void checkSubscriptions() {
    try {
      subscribers.reconnectUnresponsive(UNRESPONSIVE_NANOS);
      externalPublishers.reconnectUnresponsive(UNRESPONSIVE_NANOS);
    } catch (RuntimeException e) {
      log.error("Subscription watchdog failed; retrying", e);
    }
  }

  /** Stops the heartbeats without a goodbye, as if the process had crashed; for tests. */
  public void stopHeartbeats() {
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
    threads.forEach(thread -> NamedThreads.join(thread, JOIN_MILLIS));
    openExecutor.shutdownNow();
    opener.close();
  }

  private final class Heard implements TopicSubscriber.Listener {
    @Override
    public void onMessage(Channel channel, byte[] bytes) {
      if (bytes == BoundedReply.TOO_LARGE) {
        counters.malformed.increment(); // we never publish messages that large
        return;
      }
      inbox.addMessage(new DeliveryQueue.Message(channel, bytes, System.nanoTime()));
    }

    @Override
    public void onHeartbeat(TopicSubscriber on, byte[] bytes) {
      try {
        InstanceRegistry.Heartbeat heartbeat = instances.onHeartbeat(bytes);
        if (heartbeat.isOwn()) {
          on.recordHeartbeat();
        } else if (heartbeat.channels() > pulse.channels()) {
          pulse.kick();
        }
      } catch (MalformedDataException e) {
        counters.malformed.increment();
      }
    }

    @Override
    public void onChannelsSubscribed(Set<Channel> channels) {
      inbox.add(new DeliveryQueue.Subscribed(channels));
    }

    @Override
    public void onFailure(RedisException cause) {
      troubles.report(HealthTracker.Activity.SUBSCRIBE, cause);
    }

    @Override
    public void onSubscribed() {
      troubles.clear(HealthTracker.Activity.SUBSCRIBE);
    }
  }

  private final class Pulsed implements HeartbeatTask.Listener {
    @Override
    public void alive() {
      externalPublishers.refresh();
      if (outbox.isAnyLocal()) {
        outbox.retry();
      }
      Set<Channel> unheard = new HashSet<>();
      subscribers.all().forEach(subscriber -> unheard.addAll(subscriber.unsubscribed()));
      inbox.add(new DeliveryQueue.Retry(unheard));
    }

    @Override
    public void onChannelsFound(Set<Channel> channels) {
      if (!openExecutor.isShutdown()) {
        openExecutor.execute(() -> openAll(channels));
      }
    }
  }
}
