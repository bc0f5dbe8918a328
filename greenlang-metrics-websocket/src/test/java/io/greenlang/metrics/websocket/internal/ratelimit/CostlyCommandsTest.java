package io.greenlang.metrics.websocket.internal.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CostlyCommandsTest {

  private final MessageRateLimiters limiters =
      new MessageRateLimiters(0, new ManualClock(Instant.EPOCH));
  private final CostlyCommands commands = new CostlyCommands();

  private int beginAll(String subject) {
    MessageRateLimiters.Limiter limiter = limiters.attach(subject);
    int begun = 0;
    while (commands.tryBegin(limiter)) {
      begun++;
    }
    return begun;
  }

  @Test
  void tryBegin_manyOfOneSubject_leavesPlacesForOthers() {
    assertThat(beginAll("a")).isEqualTo(CostlyCommands.MAX_PER_SUBJECT);
    assertThat(beginAll("b")).isEqualTo(CostlyCommands.MAX_PER_SUBJECT);
    commands.end(limiters.attach("a"));
    assertThat(beginAll("b")).isZero();
    assertThat(beginAll("a")).isEqualTo(1);
  }

  @Test
  void tryBegin_manySubjects_stopsAtTotal() {
    int begun = 0;
    for (int i = 0; i < 100; i++) {
      begun += beginAll("subject " + i);
    }
    assertThat(begun).isEqualTo(CostlyCommands.MAX_TOTAL);
  }
}
