package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.internal.util.NamedThreads;
import io.greenlang.metrics.redis.internal.connection.HealthTracker;
import io.greenlang.metrics.redis.internal.connection.RedisBrokerConfig;
import io.greenlang.metrics.redis.internal.connection.RedisConnection;
import io.greenlang.metrics.redis.internal.connection.RedisConnectionFactory;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.connection.RedisUri;
import io.greenlang.metrics.redis.internal.connection.Replies;
import io.greenlang.metrics.redis.internal.connection.Topology;
import io.greenlang.metrics.redis.internal.external.ExternalPublishers;
import io.greenlang.metrics.redis.internal.log.LogEntry;
import io.greenlang.metrics.redis.internal.log.LogMessage;
import io.greenlang.metrics.redis.internal.log.PublicationCodec;
import io.greenlang.metrics.redis.internal.membership.InstanceRegistry;
import io.greenlang.metrics.redis.internal.support.Keys;
import io.greenlang.metrics.redis.internal.support.MalformedDataException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import redis.clients.jedis.Protocol.Command;

/**
 * The part of an instance that supports external publishers: it listens, logs, and reads the log.
 */
public final class ExternalInstance implements AutoCloseable {

  private final Channel channel = Channel.SYSTEM;
  private final List<String> names = new CopyOnWriteArrayList<>();
  private final ExternalPublishers publishers;
  private final RedisConnection bus;

  private ExternalInstance(String instanceId, String url) throws RedisException {
    RedisUri address = RedisUri.parse(url);
    RedisConnectionFactory connector = new RedisConnectionFactory(address, null);
    Topology topology = Topology.of(address, connector);
    RedisBrokerConfig settings =
        new RedisBrokerConfig(
            address,
            null,
            instanceId,
            Duration.ofMinutes(1),
            1 << 20,
            1 << 20,
            1 << 20,
            1000,
            1 << 20,
            true);
    bus = connector.open(topology.nodes().get(0));
    bus.disableTimeout(LogMessage.MAX_BYTES);
    bus.send(Command.SUBSCRIBE, Keys.bytes(Keys.busTopic(channel)));
    publishers =
        new ExternalPublishers(
            settings,
            topology,
            connector,
            MetricsClock.system(),
            new InstanceRegistry(instanceId),
            new HealthTracker());
    publishers.add(channel);
    NamedThreads.start("foreign-instance", this::deliver);
  }

  public static ExternalInstance start(String instanceId, String url) {
    try {
      return new ExternalInstance(instanceId, url);
    } catch (RedisException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads the bus until the connection ends; there is no reconnect. */
  private void deliver() {
    try {
      while (true) {
        List<?> push = Replies.list(bus.awaitPush());
        if (Replies.text(push.get(0)).equals("message")) {
          for (LogEntry entry : LogMessage.read(Replies.bytes(push.get(2))).entries()) {
            publishers.onEntry(channel, entry);
            for (Metric metric : PublicationCodec.unpack(channel, entry.payload())) {
              names.add(metric.name());
            }
          }
        }
      }
    } catch (RedisException e) {
      names.add("bus disconnected");
    } catch (MalformedDataException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the names of the metrics, in the order of the log. */
  public List<String> names() {
    return names;
  }

  public boolean isDone() {
    return publishers.isDone();
  }

  public long malformed() {
    Map<String, Double> health = new TreeMap<>();
    publishers.addHealth(health);
    return health.getOrDefault("foreign.malformed", -1.0).longValue();
  }

  @Override
  public void close() {
    publishers.close();
    bus.close();
  }
}
