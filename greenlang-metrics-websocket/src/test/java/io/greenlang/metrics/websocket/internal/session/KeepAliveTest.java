package io.greenlang.metrics.websocket.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class KeepAliveTest {

  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  @Test
  void check_tokenExpiredInDistantPast_returnsTokenExpired() {
    ManualClock clock = new ManualClock(Instant.EPOCH);
    KeepAlive keepAlive = new KeepAlive(clock, HEARTBEAT, Instant.MIN);
    assertThat(keepAlive.nextAction(clock.monotonicNanos(), 0))
        .isEqualTo(KeepAlive.Action.TOKEN_EXPIRED);
  }

  @Test
  void check_clientReadsSlowly_isNotIdle() {
    ManualClock clock = new ManualClock(Instant.EPOCH);
    KeepAlive keepAlive = new KeepAlive(clock, HEARTBEAT, null);
    for (long unsentBytes = 1_000_000; unsentBytes > 999_900; unsentBytes--) {
      clock.advance(Duration.ofSeconds(5));
      assertThat(keepAlive.nextAction(clock.monotonicNanos(), unsentBytes))
          .isIn(KeepAlive.Action.NONE, KeepAlive.Action.PING);
    }
  }

  @Test
  void check_onlyPingsLeaveForVanishedPeer_isIdle() {
    ManualClock clock = new ManualClock(Instant.EPOCH);
    KeepAlive keepAlive = new KeepAlive(clock, HEARTBEAT, null);
    KeepAlive.Action last = KeepAlive.Action.NONE;
    for (int second = 0; second < 2 * HEARTBEAT.toSeconds() + 2; second++) {
      clock.advance(Duration.ofSeconds(1));
      last = keepAlive.nextAction(clock.monotonicNanos(), second % 2 == 0 ? 15 : 0);
    }
    assertThat(last).isEqualTo(KeepAlive.Action.IDLE);
  }

  @Test
  void check_serverPausedBeforePing_clientCanAnswer() {
    ManualClock clock = new ManualClock(Instant.EPOCH);
    KeepAlive keepAlive = new KeepAlive(clock, HEARTBEAT, null);
    assertThat(check(keepAlive, clock, Duration.ofSeconds(29))).isEqualTo(KeepAlive.Action.NONE);
    assertThat(check(keepAlive, clock, Duration.ofSeconds(45))).isEqualTo(KeepAlive.Action.PING);
    assertThat(check(keepAlive, clock, Duration.ofSeconds(29))).isEqualTo(KeepAlive.Action.NONE);
    assertThat(check(keepAlive, clock, Duration.ofSeconds(1))).isEqualTo(KeepAlive.Action.IDLE);
  }

  @Test
  void check_serverPausedAfterPing_clientCanAnswer() {
    ManualClock clock = new ManualClock(Instant.EPOCH);
    KeepAlive keepAlive = new KeepAlive(clock, HEARTBEAT, null);
    assertThat(check(keepAlive, clock, Duration.ofSeconds(30))).isEqualTo(KeepAlive.Action.PING);
    assertThat(check(keepAlive, clock, Duration.ofHours(1))).isEqualTo(KeepAlive.Action.PING);
    assertThat(check(keepAlive, clock, Duration.ofSeconds(29))).isEqualTo(KeepAlive.Action.NONE);
    keepAlive.recordActivity();
    assertThat(check(keepAlive, clock, Duration.ofSeconds(1))).isEqualTo(KeepAlive.Action.PING);
  }

  @Test
  void check_serverPausedWithUnsentBytes_isNotStalled() {
    ManualClock clock = new ManualClock(Instant.EPOCH);
    KeepAlive keepAlive = new KeepAlive(clock, HEARTBEAT, null);
    clock.advance(Duration.ofSeconds(1));
    assertThat(keepAlive.nextAction(clock.monotonicNanos(), 15)).isEqualTo(KeepAlive.Action.NONE);
    clock.advance(Duration.ofMinutes(2));
    assertThat(keepAlive.nextAction(clock.monotonicNanos(), 15)).isEqualTo(KeepAlive.Action.PING);
  }

  private static KeepAlive.Action check(KeepAlive keepAlive, ManualClock clock, Duration later) {
    clock.advance(later);
    return keepAlive.nextAction(clock.monotonicNanos(), 0);
  }

  @Test
  void check_tokenExpiresInDistantFuture_returnsNoAction() {
    ManualClock clock = new ManualClock(Instant.EPOCH);
    KeepAlive keepAlive = new KeepAlive(clock, HEARTBEAT, Instant.MAX);
    assertThat(keepAlive.nextAction(clock.monotonicNanos(), 0)).isEqualTo(KeepAlive.Action.NONE);
  }
}
