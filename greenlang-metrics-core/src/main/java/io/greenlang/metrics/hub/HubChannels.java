package io.greenlang.metrics.hub;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.channel.ChannelRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The way from a hub's publishers to its broker: it opens channels when they are first used, and
 * divides publications by channel. Any thread.
 */
final class HubChannels {

  private final Broker broker;
  private final ChannelRegistry streams;
  private final Aggregators aggregators;
  private final MetricsClock clock;

  HubChannels(Broker broker, ChannelRegistry streams, Aggregators aggregators, MetricsClock clock) {
    this.broker = broker;
    this.streams = streams;
    this.aggregators = aggregators;
    this.clock = clock;
  }

  /** Opens a channel unless it is open. */
  void ensureOpen(Channel channel) {
    if (streams.find(channel) == null) {
      broker.openChannel(channel);
    }
  }

  /** Publishes samples; those of one channel form one publication. */
  void publish(Collection<Metric> metrics) {
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    Map<Channel, List<Metric>> byChannel = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      aggregators.requireKnownType(metric);
      Metric stamped = metric.timestamp() == null ? metric.withTimestamp(now) : metric;
      byChannel.computeIfAbsent(metric.channel(), c -> new ArrayList<>()).add(stamped);
    }
    byChannel.keySet().forEach(this::ensureOpen);
    byChannel.forEach(broker::publish);
  }

  /** Describes metrics, and shares the descriptions that are new with other instances. */
  void describe(Collection<MetricDescription> descriptions) {
    Map<Channel, List<MetricDescription>> byChannel = new LinkedHashMap<>();
    for (MetricDescription description : descriptions) {
      byChannel.computeIfAbsent(description.channel(), c -> new ArrayList<>()).add(description);
    }
    byChannel.keySet().forEach(this::ensureOpen);
    byChannel.forEach(this::describe);
  }

  private void describe(Channel channel, List<MetricDescription> descriptions) {
    List<MetricDescription> changed = streams.describe(channel, descriptions);
    if (!changed.isEmpty()) {
      broker.describe(channel, changed);
    }
  }
}
