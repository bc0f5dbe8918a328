package io.greenlang.metrics.redis;

import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.BrokerProvider;

/** Makes brokers for addresses of Redis. */
public final class RedisProvider implements BrokerProvider {

  /** For {@link java.util.ServiceLoader}. */
  public RedisProvider() {}

  @Override
  public boolean supports(String scheme) {
    return scheme.startsWith("redis");
  }

  @Override
  public Broker create(String url) {
    return RedisBroker.create(url);
  }
}
