package io.greenlang.metrics.client.internal;

import io.greenlang.metrics.client.internal.connection.EventLoop;
import io.greenlang.metrics.client.internal.connection.ServerClock;
import io.greenlang.metrics.client.internal.connection.TokenSource;
import io.greenlang.metrics.client.internal.protocol.Command;
import io.greenlang.metrics.client.internal.protocol.ServerMessage;
import io.greenlang.metrics.client.internal.protocol.TokenExpiry;
import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.MetricsClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The replacement of the connection's token before it expires. The time until then is measured by
 * the server's clock. Only the event loop uses it.
 */
final class TokenRefresh {

  /** Keeps a supplier that always returns the same old token from being called without a pause. */
  private static final Duration MIN_DELAY = Duration.ofSeconds(1);

  /** The delay after a failure, once to twice; a quarter of the remaining life if it is shorter. */
  private static final Duration RETRY_DELAY = Duration.ofSeconds(5);

  private static final int RETRY_SHARE = 4;

  private final EventLoop loop;
  private final TokenSource tokens;
  private final ServerClock serverClock;
  private final Commands commands;
  private final Duration refreshBefore;
  private final Consumer<MetricsClientException> onError;
  private EventLoop.Timer timer = () -> {};
  private int generation;

  /** The expiry of the token that the server accepted last; null if it is not known. */
  private @Nullable Instant expiry;

  TokenRefresh(
      EventLoop loop,
      TokenSource tokens,
      ServerClock serverClock,
      Commands commands,
      Duration refreshBefore,
      Consumer<MetricsClientException> onError) {
    this.loop = loop;
    this.tokens = tokens;
    this.serverClock = serverClock;
    this.commands = commands;
    this.refreshBefore = refreshBefore;
    this.onError = onError;
  }

  /** Schedules the replacement of the token of a new connection. */
  void onConnected(@Nullable String token) {
    stop();
    schedule(token == null ? null : TokenExpiry.of(token));
  }

  /** Ends the replacement, as the connection was lost. */
  void stop() {
    generation++;
    timer.cancel();
  }

  /** Sends another token on the open connection. */
  void send(String token) {
    int current = generation;
    commands.send(
        Command.refreshToken(token),
        ServerMessage.TokenRefreshed.class,
        reply -> schedule(reply.expiresAt()),
        error -> {
          if (error.code() != ErrorCode.CONNECTION && current == generation) {
            fail(error);
          }
        });
  }

  private void schedule(@Nullable Instant acceptedExpiry) {
    expiry = acceptedExpiry;
    Duration left = left();
    if (left != null && tokens.isSupplied()) {
      scheduleIn(left.minus(min(left.dividedBy(2), refreshBefore)));
    }
  }

  /** Returns the remaining life of the token of the connection; null if it is not known. */
  private @Nullable Duration left() {
    Instant now = serverClock.now();
    return expiry == null || now == null ? null : Duration.between(now, expiry);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private void scheduleIn(Duration delay) {
    timer.cancel();
    timer = loop.schedule(delay.compareTo(MIN_DELAY) < 0 ? MIN_DELAY : delay, this::refresh);
  }

  private void refresh() {
    int current = generation;
    tokens.request(
        token -> {
          if (token != null && current == generation) {
            send(token);
          }
        },
        failure -> {
          if (current == generation) {
            String message = "The token supplier failed: " + failure;
            fail(
                new MetricsClientException(
                    ErrorCode.TOKEN, message, OptionalInt.empty(), null, failure));
          }
        });
  }

  /** Reports a failure, and tries again while the present token may still be valid. */
  private void fail(MetricsClientException error) {
    onError.accept(error);
    if (tokens.isSupplied()) {
      Duration delay = retryDelay();
      scheduleIn(delay.plusNanos((long) (loop.random() * delay.toNanos())));
    }
  }

  private Duration retryDelay() {
    Duration left = left();
    return left == null || left.isNegative()
        ? RETRY_DELAY
        : min(RETRY_DELAY, left.dividedBy(RETRY_SHARE));
  }
}
