package io.greenlang.metrics.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.broker.LocalBroker;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerLoaderTest {

  @Test
  void redis_providerOnClassPath_createsItsBroker() {
    assertThat(BrokerLoader.redis("REDISS://cache:6380")).isInstanceOf(LocalBroker.class);
  }

  @Test
  void redis_noProvider_namesDependency() {
    assertThatIllegalStateException()
        .isThrownBy(() -> BrokerLoader.redis("redis://:secret@cache:6379"))
        .withMessageContaining("add io.greenlang:greenlang-metrics-redis to the dependencies")
        .withMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost:6379", "http://secret@cache", "redis:secret"})
  void redis_malformedUrl_isRejectedWithoutRevealingIt(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BrokerLoader.redis(url))
        .withMessageContaining("redis://localhost:6379")
        .withMessageNotContaining("secret");
  }

  @Test
  void state_localBroker_isOneInstance() {
    assertThat(new LocalBroker(MetricsClock.system()).state())
        .isEqualTo(new BrokerState(1, 1, Map.of(), null));
  }

  @Test
  void state_moreActiveThanKnown_isRejected() {
    assertThatIllegalArgumentException().isThrownBy(() -> new BrokerState(2, 1, Map.of(), null));
    assertThatIllegalArgumentException().isThrownBy(() -> new BrokerState(0, 1, Map.of(), null));
  }
}
