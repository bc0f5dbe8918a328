package io.greenlang.metrics.redis;

import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.BrokerProvider;

/** The {@link BrokerProvider} for addresses of Redis. */
public final class RedisBrokerProvider implements BrokerProvider {

  /** Creates the provider; called by {@link java.util.ServiceLoader}. */
  public RedisBrokerProvider() {}

  @Override
  public boolean supports(String scheme) {
    return scheme.startsWith("redis");
  }

  @Override
  public Broker create(String url) {
    return RedisBroker.create(url);
  }
}
