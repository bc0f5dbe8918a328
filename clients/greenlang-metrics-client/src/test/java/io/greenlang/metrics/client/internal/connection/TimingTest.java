package io.greenlang.metrics.client.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/**
 * Backoff, heartbeat, the probe of a silent socket, the estimate of the server's clock, and the
 * read window.
 */
class TimingTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Instant SERVER_TIME = Instant.parse("2026-01-01T00:00:00Z");

  private final ManualEventLoop loop = new ManualEventLoop();
  private final List<String> events = new ArrayList<>();
  private boolean paused;

  private Heartbeat heartbeat() {
    Heartbeat heartbeat =
        new Heartbeat(loop, () -> paused, () -> events.add("paused"), () -> events.add("timeout"));
    heartbeat.start(TIMEOUT);
    return heartbeat;
  }

  @Test
  void backoff_fullJitter_isUniformUpToTheDoublingLimit() {
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), loop);
    loop.setRandom(0.5);
    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      delays.add(backoff.next().toMillis());
    }
    assertThat(delays).containsExactly(500L, 1000L, 2000L, 4000L, 8000L, 15_000L, 15_000L);
    assertThat(backoff.attempts()).isEqualTo(7);
    loop.setRandom(0);
    assertThat(backoff.next()).isZero();
  }

  @Test
  void backoff_manyAttempts_staysAtTheMaximum() {
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), loop);
    for (int i = 0; i < 5000; i++) {
      assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofSeconds(15));
    }
  }

  @Test
  void heartbeat_silence_timesOutOnce() {
    heartbeat();
    loop.advance(TIMEOUT.minusMillis(1));
    assertThat(events).isEmpty();
    loop.advance(Duration.ofMillis(1));
    loop.advance(TIMEOUT.multipliedBy(3));
    assertThat(events).containsExactly("timeout");
  }

  @Test
  void heartbeat_activity_startsTheWaitAgain() {
    Heartbeat heartbeat = heartbeat();
    loop.advance(Duration.ofSeconds(6));
    heartbeat.recordActivity();
    loop.advance(Duration.ofSeconds(9));
    assertThat(events).isEmpty();
    loop.advance(Duration.ofSeconds(1));
    assertThat(events).containsExactly("timeout");
  }

  @Test
  void heartbeat_machineSlept_startsTheWaitAgain() {
    heartbeat();
    loop.sleep(Duration.ofMinutes(5));
    assertThat(events).isEmpty();
    loop.advance(TIMEOUT);
    assertThat(events).containsExactly("timeout");
  }

  @Test
  void heartbeat_slowSubscriber_isNoSilenceOfTheServer() {
    heartbeat();
    paused = true;
    loop.advance(TIMEOUT.multipliedBy(3));
    assertThat(events).containsExactly("paused", "paused", "paused");
    paused = false;
    loop.advance(TIMEOUT);
    assertThat(events).endsWith("timeout");
  }

  @Test
  void heartbeat_stopped_leavesNoTimer() {
    heartbeat().stop();
    assertThat(loop.timers()).isZero();
  }

  @Test
  void silence_ofAnInterval_isProbed() {
    SilenceProbe silence = new SilenceProbe(loop, () -> events.add("probe"));
    silence.start();
    for (int i = 0; i < 5; i++) {
      silence.recordActivity();
      loop.advance(SilenceProbe.INTERVAL);
    }
    assertThat(events).isEmpty();
    loop.advance(SilenceProbe.INTERVAL.multipliedBy(2));
    assertThat(events).containsExactly("probe", "probe");
    silence.stop();
    assertThat(loop.timers()).isZero();
  }

  @Test
  void serverClock_delayedMessages_usesTheFastestOne() {
    ServerClock clock = new ServerClock(loop);
    assertThat(clock.now()).isNull();
    clock.restart(SERVER_TIME, loop.nanoTime());
    loop.advance(Duration.ofSeconds(30));
    clock.record(SERVER_TIME.plusSeconds(29)); // one second late
    assertThat(clock.now()).isEqualTo(SERVER_TIME.plusSeconds(30));
  }

  @Test
  void serverClock_anotherServer_replacesAnEstimateThatItContradicts() {
    ServerClock clock = new ServerClock(loop);
    clock.restart(SERVER_TIME, loop.nanoTime());
    Instant other = SERVER_TIME.minusSeconds(3600);
    clock.restart(other, loop.nanoTime());
    assertThat(clock.now()).isEqualTo(other);
  }

  @Test
  void readWindow_full_requestsAfterTheLastHolder() {
    List<Long> requests = new ArrayList<>();
    ReadWindow window = new ReadWindow(2);
    LongConsumer demand = requests::add;
    window.attach(demand);
    ReadWindow.Credit first = window.acquire(demand);
    ReadWindow.Credit second = window.acquire(demand);
    assertThat(window.isPaused()).isTrue();
    first.retain();
    first.release();
    assertThat(requests).containsExactly(2L);
    first.release();
    second.release();
    assertThat(requests).containsExactly(2L, 1L, 1L);
    assertThat(window.isPaused()).isFalse();
  }

  @Test
  void readWindow_reconnectsWhileFull_doNotGrow() {
    List<Long> requests = new ArrayList<>();
    ReadWindow window = new ReadWindow(1);
    LongConsumer old = count -> {};
    window.attach(old);
    ReadWindow.Credit held = window.acquire(old);
    window.detach(old);
    LongConsumer demand = requests::add;
    window.attach(demand); // one frame, for the welcome
    held.release();
    assertThat(requests).containsExactly(1L);
    window.acquire(demand).release();
    assertThat(requests).containsExactly(1L, 1L);
  }
}
