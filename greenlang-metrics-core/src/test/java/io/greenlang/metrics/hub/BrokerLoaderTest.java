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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "REDISS://cache:6380",
        "rediss+sentinel://one:26379,two:26379/master",
        "Rediss+Cluster://one:6379,two:6379",
        " rediss://cache "
      })
  void redis_providerOnClassPath_createsItsBroker(String url) {
    assertThat(BrokerLoader.redis(url)).isInstanceOf(LocalBroker.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"redis+sentinel://one:26379/master", "redis+cluster://one:6379"})
  void redis_sentinelsOrClusterAndNoProvider_namesDependency(String url) {
    assertThatIllegalStateException()
        .isThrownBy(() -> BrokerLoader.redis(url))
        .withMessageContaining("add io.greenlang:greenlang-metrics-redis to the dependencies");
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
