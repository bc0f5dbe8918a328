package io.greenlang.metrics.redis.internal.connection;

import io.greenlang.metrics.redis.internal.support.BrokerCounters;

/**
 * The objects that all components of one broker share.
 *
 * @param config the configuration
 * @param topology the nodes
 * @param connectionFactory opens connections to the nodes
 * @param health the current failures
 * @param counters the counters
 */
public record BrokerContext(
    RedisBrokerConfig config,
    Topology topology,
    RedisConnectionFactory connectionFactory,
    HealthTracker health,
    BrokerCounters counters) {

  /** Creates the context of a new broker. It does not connect. */
  public static BrokerContext of(RedisBrokerConfig config) {
    RedisConnectionFactory factory =
        new RedisConnectionFactory(config.address(), config.tls(), config.timeout());
    return new BrokerContext(
        config,
        Topology.of(config.address(), factory),
        factory,
        new HealthTracker(),
        new BrokerCounters());
  }

  /** Returns connections for one more thread. */
  public NodeConnections newConnections() {
    return new NodeConnections(topology, connectionFactory);
  }

  /** Returns the command that publishes to a topic: in a cluster, topics belong to slots. */
  public RedisCommand publishCommand() {
    return topology.isCluster() ? RedisCommand.SPUBLISH : RedisCommand.PUBLISH;
  }
}
