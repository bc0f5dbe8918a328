package io.greenlang.metrics.broker;

import io.greenlang.metrics.MetricsClock;

/** Stands for a module on the class path; it knows {@code rediss:} alone. */
public final class TlsOnlyProvider implements BrokerProvider {

  @Override
  public boolean supports(String scheme) {
    return scheme.equals("rediss");
  }

  @Override
  public Broker create(String url) {
    return new LocalBroker(MetricsClock.system());
  }
}
