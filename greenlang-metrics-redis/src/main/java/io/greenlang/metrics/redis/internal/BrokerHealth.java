package io.greenlang.metrics.redis.internal;

import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.redis.internal.connection.BrokerContext;
import io.greenlang.metrics.redis.internal.connection.RedisMemory;
import io.greenlang.metrics.redis.internal.external.ExternalPublishers;
import io.greenlang.metrics.redis.internal.log.LogClock;
import io.greenlang.metrics.redis.internal.membership.InstanceRegistry;
import io.greenlang.metrics.redis.internal.publish.PublishQueue;
import io.greenlang.metrics.redis.internal.subscribe.NodeSubscribers;
import io.greenlang.metrics.redis.internal.subscribe.TopicSubscriber;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The state of a broker for operators: its problem, its instances and its figures. Thread-safe. */
record BrokerHealth(
    BrokerContext context,
    LogClock logClock,
    InstanceRegistry instances,
    PublishQueue publishQueue,
    NodeSubscribers subscribers,
    RedisMemory memory,
    ExternalPublishers externalPublishers) {

  /** Returns the current state. */
  BrokerState state() {
    String problem = context.health().problem();
    Map<String, Double> figures = new TreeMap<>();
    figures.put("connected", isSubscribed() && problem == null ? 1.0 : 0.0);
    figures.put("queue.publications", (double) publishQueue.publications());
    figures.put("queue.bytes", (double) publishQueue.bytes());
    figures.put("memory.used_bytes", (double) memory.usedBytes());
    figures.put("memory.max_bytes", (double) memory.maxBytes());
    figures.put("round_trip_ms", logClock.roundTripMillis());
    context.counters().addHealth(figures);
    externalPublishers.addHealth(figures);
    int active = instances.active();
    return new BrokerState(active, Math.max(active, instances.known()), figures, problem);
  }

  private boolean isSubscribed() {
    List<TopicSubscriber> all = subscribers.all();
    return !all.isEmpty() && all.stream().allMatch(TopicSubscriber::isSubscribed);
  }
}
