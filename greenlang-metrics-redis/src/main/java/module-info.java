/** The broker that shares publications and their history between instances, on Redis. */
module io.greenlang.metrics.redis {
  requires transitive io.greenlang.metrics;
  requires static transitive org.jspecify;
  requires io.greenlang.metrics.ingest;
  requires org.slf4j;
  requires redis.clients.jedis;

  exports io.greenlang.metrics.redis;

  provides io.greenlang.metrics.broker.BrokerProvider with
      io.greenlang.metrics.redis.RedisBrokerProvider;
}
