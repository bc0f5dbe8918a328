package io.greenlang.metrics.redis.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.redis.internal.connection.HealthTracker.Activity;
import io.greenlang.metrics.redis.internal.connection.RedisException.Kind;
import io.greenlang.metrics.testkit.CapturedLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Verifies that the log says what an instance does while an activity of the broker fails. */
class HealthTrackerTest {

  private final HealthTracker health = new HealthTracker();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ARCHIVE   | CONFLICTING_DATA | closed windows are not stored in Redis",
        "EXTERNAL  | CONFLICTING_DATA | messages of external publishers are not logged",
        "HEARTBEAT | FORBIDDEN        | other instances do not list this one",
        "PUBLISH   | FORBIDDEN        | this instance delivers its own publications to its own",
        "ARCHIVE   | UNREACHABLE      | this instance delivers its own publications to its own",
      })
  void report_failure_logsItsEffect(Activity activity, Kind kind, String effect) {
    try (CapturedLog log = new CapturedLog()) {
      health.report(activity, new RedisException(kind, "Redis said no"));

      assertThat(log.text()).contains("Redis said no; until then, " + effect);
    }
  }

  @Test
  void report_sameKindTwice_logsOnce() {
    try (CapturedLog log = new CapturedLog()) {
      health.report(Activity.PUBLISH, new RedisException(Kind.UNREACHABLE, "first"));
      health.report(Activity.READ, new RedisException(Kind.UNREACHABLE, "second"));

      assertThat(log.text()).contains("first").doesNotContain("second");
    }
  }
}
