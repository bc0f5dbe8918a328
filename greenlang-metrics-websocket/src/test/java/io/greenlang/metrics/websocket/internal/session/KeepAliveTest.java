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

  private final ManualClock clock = new ManualClock(Instant.EPOCH);
  private final KeepAlive keepAlive = new KeepAlive(clock, HEARTBEAT, null);

  @Test
  void check_tokenExpiredInDistantPast_returnsTokenExpired() {
    KeepAlive expired = new KeepAlive(clock, HEARTBEAT, Instant.MIN);
    assertThat(expired.nextAction(clock.monotonicNanos(), 0))
        .isEqualTo(KeepAlive.Action.TOKEN_EXPIRED);
  }

  @Test
  void check_clientReadsSlowly_isNotIdle() {
    for (long unsentBytes = 1_000_000; unsentBytes > 999_900; unsentBytes--) {
      clock.advance(Duration.ofSeconds(5));
      assertThat(keepAlive.nextAction(clock.monotonicNanos(), unsentBytes))
          .isIn(KeepAlive.Action.NONE, KeepAlive.Action.PING);
    }
  }

  @Test
  void check_onlyPingsLeaveForVanishedPeer_isIdle() {
    KeepAlive.Action last = KeepAlive.Action.NONE;
    for (int second = 0; second < 2 * HEARTBEAT.toSeconds() + 2; second++) {
      clock.advance(Duration.ofSeconds(1));
      last = keepAlive.nextAction(clock.monotonicNanos(), second % 2 == 0 ? 15 : 0);
    }
    assertThat(last).isEqualTo(KeepAlive.Action.IDLE);
  }

  @Test
  void check_serverPausedBeforePing_clientCanAnswer() {
    assertThat(run(keepAlive, 29, 0)).isEqualTo(KeepAlive.Action.NONE);
    assertThat(pause(keepAlive, 45, 0)).isEqualTo(KeepAlive.Action.PING);
    assertThat(run(keepAlive, 29, 0)).isEqualTo(KeepAlive.Action.NONE);
    assertThat(run(keepAlive, 2, 0)).isEqualTo(KeepAlive.Action.IDLE);
  }

  @Test
  void check_serverPausedAfterPing_clientCanAnswer() {
    assertThat(run(keepAlive, 30, 0)).isEqualTo(KeepAlive.Action.PING);
    assertThat(pause(keepAlive, 3600, 0)).isEqualTo(KeepAlive.Action.PING);
    assertThat(run(keepAlive, 29, 0)).isEqualTo(KeepAlive.Action.NONE);
    keepAlive.recordActivity();
    assertThat(run(keepAlive, 1, 0)).isEqualTo(KeepAlive.Action.PING);
  }

  @Test
  void check_answerArrivedWhileServerPaused_isNotIdle() {
    assertThat(run(keepAlive, 31, 0)).isEqualTo(KeepAlive.Action.NONE);
    assertThat(pause(keepAlive, 59, 0)).isEqualTo(KeepAlive.Action.PING);
    keepAlive.recordActivity(); // the I/O thread reads the answer after the check
    assertThat(run(keepAlive, 29, 0)).isEqualTo(KeepAlive.Action.NONE);
  }

  @Test
  void check_noAnswerArrivedWhileServerPaused_isIdleAtNextCheck() {
    assertThat(run(keepAlive, 31, 0)).isEqualTo(KeepAlive.Action.NONE);
    assertThat(pause(keepAlive, 59, 0)).isEqualTo(KeepAlive.Action.PING);
    assertThat(run(keepAlive, 1, 0)).isEqualTo(KeepAlive.Action.IDLE);
  }

  @ParameterizedTest(name = "a pause of {0} s")
  @ValueSource(ints = {11, 31, 59, 120})
  void check_serverPausedWithUnsentBytes_isStalledOnlyIfClientAcceptsNothing(int seconds) {
    for (long unsentBytes : new long[] {0, 15}) {
      KeepAlive stalled = new KeepAlive(clock, Duration.ofHours(1), null);
      assertThat(run(stalled, 25, 15)).isEqualTo(KeepAlive.Action.NONE);
      assertThat(pause(stalled, seconds, 15)).isEqualTo(KeepAlive.Action.NONE);
      assertThat(pause(stalled, 1, unsentBytes))
          .isEqualTo(unsentBytes == 0 ? KeepAlive.Action.NONE : KeepAlive.Action.STALLED);
    }
  }

  /** Lets seconds pass with a check in each; returns the action of the last one. */
  private KeepAlive.Action run(KeepAlive client, int seconds, long unsentBytes) {
    KeepAlive.Action last = KeepAlive.Action.NONE;
    for (int second = 0; second < seconds; second++) {
      last = pause(client, 1, unsentBytes);
    }
    return last;
  }

  /** Lets seconds pass without a check before their end, as if the server had paused. */
  private KeepAlive.Action pause(KeepAlive client, int seconds, long unsentBytes) {
    clock.advance(Duration.ofSeconds(seconds));
    return client.nextAction(clock.monotonicNanos(), unsentBytes);
  }

  @Test
  void check_tokenExpiresInDistantFuture_returnsNoAction() {
    KeepAlive valid = new KeepAlive(clock, HEARTBEAT, Instant.MAX);
    assertThat(valid.nextAction(clock.monotonicNanos(), 0)).isEqualTo(KeepAlive.Action.NONE);
  }
}
