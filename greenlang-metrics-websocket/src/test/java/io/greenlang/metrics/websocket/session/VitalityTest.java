package io.greenlang.metrics.websocket.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class VitalityTest {

  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  @Test
  void check_tokenExpiredInDistantPast_returnsTokenExpired() {
    NanosClock clock = new NanosClock();
    Vitality keepAlive = new Vitality(clock, HEARTBEAT, Instant.MIN);
    assertThat(keepAlive.check(clock.nanoTime(), 0)).isEqualTo(Vitality.Verdict.TOKEN_EXPIRED);
  }

  @Test
  void check_tokenExpiresInDistantFuture_returnsNoAction() {
    NanosClock clock = new NanosClock();
    Vitality keepAlive = new Vitality(clock, HEARTBEAT, Instant.MAX);
    assertThat(keepAlive.check(clock.nanoTime(), 0)).isEqualTo(Vitality.Verdict.FINE);
  }
}
