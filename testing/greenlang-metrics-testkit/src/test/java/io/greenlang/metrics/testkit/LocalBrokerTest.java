package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.LocalBroker;
import io.greenlang.metrics.broker.Publication;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalBrokerTest extends BrokerContract {

  @Override
  protected Broker create() {
    return new LocalBroker(MetricsClock.system());
  }

  @Test
  void start_newBroker_usesNewEpoch() {
    List<Publication> received = new ArrayList<>();
    Metric metric = Metric.gauge(Channel.SYSTEM, "a", 1, Tags.empty()).withTimestamp(Instant.EPOCH);
    for (int i = 0; i < 2; i++) {
      try (Broker broker = new LocalBroker(MetricsClock.system())) {
        broker.start(new StrictBrokerListener(received::add));
        broker.openChannel(Channel.SYSTEM);
        broker.publish(Channel.SYSTEM, List.of(metric));
      }
    }
    assertThat(received.get(0).epoch()).isNotEqualTo(received.get(1).epoch());
    assertThat(received.get(1).offset()).isEqualTo(1);
  }
}
