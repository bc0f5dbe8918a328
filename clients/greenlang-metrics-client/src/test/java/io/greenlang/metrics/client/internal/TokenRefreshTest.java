package io.greenlang.metrics.client.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.client.internal.connection.ManualEventLoop;
import io.greenlang.metrics.client.internal.connection.TokenSource;
import io.greenlang.metrics.client.internal.protocol.Command;
import io.greenlang.metrics.client.internal.protocol.ServerMessage;
import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.MetricsClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The times at which a token is replaced, and replaced again after a failure. */
class TokenRefreshTest {

  private static final Instant START = Instant.parse("2026-11-28T12:00:00Z");

  private final ManualEventLoop loop = new ManualEventLoop();
  private final List<Command> sent = new ArrayList<>();
  private final List<ErrorCode> errors = new ArrayList<>();
  private final Commands commands = new Commands(loop, sent::add, () -> false);

  /** The tokens of the next calls of the supplier, which fails without one. */
  private final Deque<String> supplied = new ArrayDeque<>();

  private final TokenRefresh refresh =
      new TokenRefresh(
          loop,
          new TokenSource(Runnable::run, loop, null, supplied::pop),
          loop.serverClock(START),
          commands,
          Duration.ofMinutes(1),
          error -> errors.add(error.code()));

  /** Returns a token that expires some seconds after the start. */
  private static String expiring(int seconds) {
    String claims = "{\"exp\":" + START.plusSeconds(seconds).getEpochSecond() + "}";
    return "h." + Base64.getUrlEncoder().encodeToString(claims.getBytes(UTF_8)) + ".s";
  }

  private void reject(int command) {
    commands.complete(
        new ServerMessage.Failure(
            Integer.toString(command), MetricsClientException.of(ErrorCode.RATE_LIMITED, "busy")));
  }

  private void advanceSeconds(int seconds) {
    loop.advance(Duration.ofSeconds(seconds));
  }

  @Test
  void refresh_longLife_isAMinuteBeforeTheExpiry() {
    supplied.add(expiring(7_200));
    refresh.onConnected(expiring(3_600));
    advanceSeconds(3_539);
    assertThat(sent).isEmpty();
    advanceSeconds(1);
    assertThat(sent).hasSize(1);
    commands.complete(new ServerMessage.TokenRefreshed("1", START.plusSeconds(7_200)));
    supplied.add(expiring(10_800));
    advanceSeconds(3_599);
    assertThat(sent).hasSize(1);
    advanceSeconds(1);
    assertThat(sent).hasSize(2);
  }

  @Test
  void refresh_supplierFailsOnce_isRepeatedAfterFiveToTenSeconds() {
    refresh.onConnected(expiring(3_600));
    advanceSeconds(3_540);
    assertThat(errors).containsExactly(ErrorCode.TOKEN);
    supplied.add(expiring(7_200));
    advanceSeconds(5);
    assertThat(sent).isEmpty();
    advanceSeconds(5);
    assertThat(sent).hasSize(1);
  }

  @Test
  void refresh_supplierFailsForATokenOfTenSeconds_isRepeatedBeforeTheExpiry() {
    refresh.onConnected(expiring(10));
    advanceSeconds(7);
    assertThat(errors).hasSize(2);
    supplied.add(expiring(20));
    advanceSeconds(2);
    assertThat(sent).hasSize(1);
  }

  /** The present token expires, and not the one that the server could not check. */
  @Test
  void refresh_serverRefusesALongerToken_isRepeatedBeforeTheExpiryOfThePresentOne() {
    for (int i = 0; i < 3; i++) {
      supplied.add(expiring(3_600));
    }
    refresh.onConnected(expiring(10));
    advanceSeconds(5);
    reject(1);
    advanceSeconds(3);
    assertThat(sent).hasSize(2);
    reject(2);
    advanceSeconds(1);
    assertThat(sent).hasSize(3);
  }

  /** The server ends the connection soon, and a token service that fails needs no more requests. */
  @Test
  void refresh_supplierFailsAfterTheExpiry_isRepeatedAfterFiveToTenSeconds() {
    refresh.onConnected(expiring(10));
    advanceSeconds(12);
    int before = errors.size();
    advanceSeconds(10);
    assertThat(errors.size() - before).isBetween(1, 2);
  }

  @Test
  void stop_afterAFailure_endsTheRepetitions() {
    refresh.onConnected(expiring(10));
    advanceSeconds(5);
    refresh.stop();
    advanceSeconds(60);
    assertThat(errors).hasSize(1);
  }
}
