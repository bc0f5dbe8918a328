package io.greenlang.metrics.redis.internal.external;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.testkit.CapturedLog;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Invalid messages of external publishers. */
class ExternalIntakeTest {

  private static final Channel ORDERS = new Channel("orders.metrics");

  private final AtomicLong nanos = new AtomicLong();
  private final ExternalBacklogs backlogs = new ExternalBacklogs();
  private final ExternalIntake intake = new ExternalIntake(backlogs, () -> 0, nanos::get);

  private void receive(String message, int times) {
    for (int i = 0; i < times; i++) {
      intake.onMessage(ORDERS, message.getBytes(UTF_8));
    }
  }

  @Test
  void onMessage_invalidMessages_logsOncePerMinuteWithNumberOfOthers() {
    backlogs.open(ORDERS, 0);
    try (CapturedLog log = new CapturedLog()) {
      receive("{", 300);
      assertThat(log.lines("WARN", "Skipped a message"))
          .as("the number of others is not known yet")
          .singleElement()
          .asString()
          .contains("on orders.metrics: ")
          .doesNotContain("more since");

      nanos.addAndGet(TimeUnit.MINUTES.toNanos(1));
      receive("{", 1);
      assertThat(log.lines("WARN", "; 299 more since the previous message of this kind"))
          .hasSize(1);

      nanos.addAndGet(TimeUnit.MINUTES.toNanos(1));
      receive("{", 1);
      assertThat(log.lines("WARN", "more since")).hasSize(1);
    }
    assertThat(intake.malformed()).isEqualTo(302);
  }
}
