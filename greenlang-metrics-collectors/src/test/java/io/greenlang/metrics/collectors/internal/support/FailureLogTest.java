package io.greenlang.metrics.collectors.internal.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.collectors.ManualSleeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

public class FailureLogTest {

  private final ManualSleeper time = new ManualSleeper();
  private final List<String> messages = new ArrayList<>();

  @Test
  void log_repeatedWithinMinute_suppressesAndLogsCount() {
    FailureLog log = new FailureLog((message, thrown) -> messages.add(message), time);
    for (int second = 0; second <= 60; second++) {
      log.log("Failed to collect", new Exception());
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(messages)
        .containsExactly(
            "Failed to collect; retrying at the next tick",
            "Failed to collect; retrying at the next tick"
                + " (59 more failures since the last log message)");
  }

  @Test
  void log_unprintableThrowable_logsItsClass() {
    FailureLog log = new FailureLog((message, thrown) -> messages.add(message + thrown), time);
    log.log("Failed to collect", new Unprintable());
    assertThat(messages).hasSize(1);
    assertThat(messages.get(0)).contains(Unprintable.class.getName(), "cannot be printed");
  }

  @Test
  void log_brokenLog_doesNotThrow() {
    FailureLog log =
        new FailureLog(
            (message, thrown) -> {
              throw new IllegalStateException("disk full");
            },
            time);
    log.log("Failed to collect", new Exception());
  }

  public static final class Unprintable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("not printable");
    }
  }
}
