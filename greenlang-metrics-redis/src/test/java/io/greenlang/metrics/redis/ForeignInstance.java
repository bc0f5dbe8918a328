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

/** As much of an instance as hears other programs: it listens, logs, and sees what was logged. */
final class ForeignInstance implements AutoCloseable {

  private final Channel channel = Channel.SYSTEM;
  private final List<String> names = new CopyOnWriteArrayList<>();
  private final ForeignPublishers foreign;
  private final Wire bus;

  private ForeignInstance(String node, String url) throws RedisFailure {
    RedisAddress address = RedisAddress.parse(url);
    Connector connector = new Connector(address, null);
    Topology topology = Topology.of(address, connector);
    Settings settings =
        new Settings(
            address,
            null,
            node,
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
    foreign =
        new ForeignPublishers(
            settings, topology, connector, MetricsClock.system(), new Nodes(node), new Troubles());
    foreign.add(channel);
    Threads.start("foreign-instance", this::deliver);
  }

  static ForeignInstance start(String node, String url) {
    try {
      return new ForeignInstance(node, url);
    } catch (RedisFailure e) {
      throw new IllegalStateException(e);
    }
  }

  /** Until the connection ends: here nobody makes another one. */
  private void deliver() {
    try {
      while (true) {
        List<?> push = Answers.list(bus.next());
        if (Answers.text(push.get(0)).equals("message")) {
          for (LogEntry entry : BusMessage.read(Answers.bytes(push.get(2))).entries()) {
            foreign.seen(channel, entry);
            for (Metric metric : PublicationCodec.unpack(channel, entry.payload())) {
              names.add(metric.name());
            }
          }
        }
      }
    } catch (RedisFailure e) {
      names.add("the bus ended");
    } catch (Malformed e) {
      throw new IllegalStateException(e);
    }
  }

  /** The metrics in the order of the log. */
  List<String> names() {
    return names;
  }

  boolean isDone() {
    return foreign.isDone();
  }

  long malformed() {
    Map<String, Double> health = new TreeMap<>();
    foreign.tell(health);
    return health.getOrDefault("foreign.malformed", -1.0).longValue();
  }

  @Override
  public void close() {
    foreign.close();
    bus.close();
  }
}
