package io.greenlang.metrics.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.client.model.Interval;
import io.greenlang.metrics.client.model.MetricSubscription;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Verifies that a subscription that no server accepts is rejected where it is created. */
class MetricSubscriptionTest {

  private final MetricSubscription subscription = MetricSubscription.of("shop.metrics");

  @Test
  void interval_oneDay_isRejectedBeforeTheServerDoes() {
    assertThatThrownBy(() -> subscription.interval(Interval.ONE_DAY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the interval of a subscription must be at most 1h, but is 1d; request history for"
                + " days");
  }

  @Test
  void withChannels_noneOrEmpty_isRejected() {
    for (List<String> channels : List.of(List.<String>of(), List.of(""))) {
      assertThatThrownBy(() -> subscription.withChannels(channels))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("channels must be at least one name, and not empty");
    }
  }
}
