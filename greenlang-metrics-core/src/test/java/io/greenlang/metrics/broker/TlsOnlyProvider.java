package io.greenlang.metrics.broker;

import io.greenlang.metrics.MetricsClock;

/** A stand-in for a broker module on the class path; it supports only {@code rediss:}. */
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
