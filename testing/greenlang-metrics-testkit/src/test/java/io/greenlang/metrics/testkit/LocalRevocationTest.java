package io.greenlang.metrics.testkit;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.LocalBroker;
import java.util.List;

/** The contract of revocations, applied to the in-process broker. */
final class LocalRevocationTest extends RevocationContract {

  @Override
  protected List<Broker> createInstances() {
    return List.of(new LocalBroker(MetricsClock.system()));
  }
}
