package io.greenlang.metrics.hub;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.BrokerProvider;
import io.greenlang.metrics.broker.LocalBroker;

/** A stand-in for a broker module on the class path; it supports only TLS. */
public final class TlsOnlyBrokerProvider implements BrokerProvider {

  @Override
  public boolean supports(String scheme) {
    return scheme.startsWith("rediss");
  }

  @Override
  public Broker create(String url) {
    return new LocalBroker(MetricsClock.system());
  }
}
