package io.greenlang.metrics.websocket.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThat(run(keepAlive, clock, 29, 0)).isEqualTo(KeepAlive.Action.NONE);
    assertThat(pause(keepAlive, clock, 45, 0)).isEqualTo(KeepAlive.Action.PING);
    assertThat(run(keepAlive, clock, 29, 0)).isEqualTo(KeepAlive.Action.NONE);
    assertThat(run(keepAlive, clock, 2, 0)).isEqualTo(KeepAlive.Action.IDLE);
  }

  @Test
  void check_serverPausedAfterPing_clientCanAnswer() {
    ManualClock clock = new ManualClock(Instant.EPOCH);
    KeepAlive keepAlive = new KeepAlive(clock, HEARTBEAT, null);
    assertThat(run(keepAlive, clock, 30, 0)).isEqualTo(KeepAlive.Action.PING);
    assertThat(pause(keepAlive, clock, 3600, 0)).isEqualTo(KeepAlive.Action.PING);
    assertThat(run(keepAlive, clock, 29, 0)).isEqualTo(KeepAlive.Action.NONE);
    keepAlive.recordActivity();
    assertThat(run(keepAlive, clock, 1, 0)).isEqualTo(KeepAlive.Action.PING);
  }

  @Test
  void check_answerArrivedWhileServerPaused_isNotIdle() {
    ManualClock clock = new ManualClock(Instant.EPOCH);
    KeepAlive keepAlive = new KeepAlive(clock, HEARTBEAT, null);
    assertThat(run(keepAlive, clock, 31, 0)).isEqualTo(KeepAlive.Action.NONE);
    assertThat(pause(keepAlive, clock, 59, 0)).isEqualTo(KeepAlive.Action.PING);
    keepAlive.recordActivity(); // the I/O thread reads the answer after the check
    assertThat(run(keepAlive, clock, 29, 0)).isEqualTo(KeepAlive.Action.NONE);
  }

  @Test
  void check_noAnswerArrivedWhileServerPaused_isIdleAtNextCheck() {
    ManualClock clock = new ManualClock(Instant.EPOCH);
    KeepAlive keepAlive = new KeepAlive(clock, HEARTBEAT, null);
    assertThat(run(keepAlive, clock, 31, 0)).isEqualTo(KeepAlive.Action.NONE);
    assertThat(pause(keepAlive, clock, 59, 0)).isEqualTo(KeepAlive.Action.PING);
    assertThat(run(keepAlive, clock, 1, 0)).isEqualTo(KeepAlive.Action.IDLE);
  }

  @ParameterizedTest(name = "a pause of {0} s")
  @ValueSource(ints = {11, 31, 59, 120})
  void check_serverPausedWithUnsentBytes_isStalledOnlyIfClientAcceptsNothing(int seconds) {
    for (long unsentBytes : new long[] {0, 15}) {
      ManualClock clock = new ManualClock(Instant.EPOCH);
      KeepAlive keepAlive = new KeepAlive(clock, Duration.ofHours(1), null);
      assertThat(run(keepAlive, clock, 25, 15)).isEqualTo(KeepAlive.Action.NONE);
      assertThat(pause(keepAlive, clock, seconds, 15)).isEqualTo(KeepAlive.Action.NONE);
      assertThat(pause(keepAlive, clock, 1, unsentBytes))
          .isEqualTo(unsentBytes == 0 ? KeepAlive.Action.NONE : KeepAlive.Action.STALLED);
    }
  }

  /** Lets seconds pass with a check in each; returns the action of the last one. */
  private static KeepAlive.Action run(
      KeepAlive keepAlive, ManualClock clock, int seconds, long unsentBytes) {
    KeepAlive.Action last = KeepAlive.Action.NONE;
    for (int second = 0; second < seconds; second++) {
      last = pause(keepAlive, clock, 1, unsentBytes);
    }
    return last;
  }

  /** Lets seconds pass without a check before their end, as if the server stood still. */
  private static KeepAlive.Action pause(
      KeepAlive keepAlive, ManualClock clock, int seconds, long unsentBytes) {
    clock.advance(Duration.ofSeconds(seconds));
    return keepAlive.nextAction(clock.monotonicNanos(), unsentBytes);
  }

  @Test
  void check_tokenExpiresInDistantFuture_returnsNoAction() {
    ManualClock clock = new ManualClock(Instant.EPOCH);
    KeepAlive keepAlive = new KeepAlive(clock, HEARTBEAT, Instant.MAX);
    assertThat(keepAlive.nextAction(clock.monotonicNanos(), 0)).isEqualTo(KeepAlive.Action.NONE);
  }
}
