package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import redis.clients.jedis.Protocol.Command;

/**
 * The part of an instance that supports external publishers: it listens, logs, and reads the log.
 */
final class ForeignInstance implements AutoCloseable {

  private final Channel channel = Channel.SYSTEM;
  private final List<String> names = new CopyOnWriteArrayList<>();
  private final ForeignPublishers publishers;
  private final Wire bus;

  private ForeignInstance(String instanceId, String url) throws RedisFailure {
    RedisAddress address = RedisAddress.parse(url);
    Connector connector = new Connector(address, null);
    Topology topology = Topology.of(address, connector);
    Settings settings =
        new Settings(
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
    bus.waitForEver(BusMessage.MAX_BYTES);
    bus.send(Command.SUBSCRIBE, Keys.bytes(Keys.bus(channel)));
    publishers =
        new ForeignPublishers(
            settings,
            topology,
            connector,
            MetricsClock.system(),
            new Nodes(instanceId),
            new Troubles());
    publishers.add(channel);
    Threads.start("foreign-instance", this::deliver);
  }

  static ForeignInstance start(String instanceId, String url) {
    try {
      return new ForeignInstance(instanceId, url);
    } catch (RedisFailure e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads the bus until the connection ends; there is no reconnect. */
  private void deliver() {
    try {
      while (true) {
        List<?> push = Answers.list(bus.next());
        if (Answers.text(push.get(0)).equals("message")) {
          for (LogEntry entry : BusMessage.read(Answers.bytes(push.get(2))).entries()) {
            publishers.seen(channel, entry);
            for (Metric metric : PublicationCodec.unpack(channel, entry.payload())) {
              names.add(metric.name());
            }
          }
        }
      }
    } catch (RedisFailure e) {
      names.add("bus disconnected");
    } catch (Malformed e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the names of the metrics, in the order of the log. */
  List<String> names() {
    return names;
  }

  boolean isDone() {
    return publishers.isDone();
  }

  long malformed() {
    Map<String, Double> health = new TreeMap<>();
    publishers.tell(health);
    return health.getOrDefault("foreign.malformed", -1.0).longValue();
  }

  @Override
  public void close() {
    publishers.close();
    bus.close();
  }
}
