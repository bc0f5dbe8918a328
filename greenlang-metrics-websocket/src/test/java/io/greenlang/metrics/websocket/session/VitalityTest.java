package io.greenlang.metrics.websocket.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class VitalityTest {

  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  @Test
  void check_tokenOutOfTimeForAges_isExpired() {
    NanosClock clock = new NanosClock();
    Vitality vitality = new Vitality(clock, HEARTBEAT, Instant.MIN);
    assertThat(vitality.check(clock.nanoTime(), 0)).isEqualTo(Vitality.Verdict.TOKEN_EXPIRED);
  }

  @Test
  void check_tokenForEver_isFine() {
    NanosClock clock = new NanosClock();
    Vitality vitality = new Vitality(clock, HEARTBEAT, Instant.MAX);
    assertThat(vitality.check(clock.nanoTime(), 0)).isEqualTo(Vitality.Verdict.FINE);
  }
}
