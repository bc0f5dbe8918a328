package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.MetricsClock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The check whether a client is alive and its token is valid. It uses monotonic time only, so that
 * a clock step does not disconnect clients. The server itself can pause, for example in a suspended
 * virtual machine, and its clients could not answer then. Therefore a client can be idle only after
 * a heartbeat's time to answer a ping; and it is idle or stalled only if two checks in a row find
 * it so. Between them, the I/O thread reads the received data and writes the waiting data. Confined
 * to the I/O thread.
 */
final class KeepAlive {

  /** The action that the session must take. */
  enum Action {
    NONE,
    PING,
    /** The client has neither sent nor read anything for two heartbeats, in spite of a ping. */
    IDLE,
    /** The peer has read nothing of the pending bytes for {@value #STALL_SECONDS} seconds. */
    STALLED,
    TOKEN_EXPIRED
  }

  private static final long STALL_SECONDS = 30;
  private static final long STALL_NANOS = STALL_SECONDS * 1_000_000_000L;

  /** The time for which an expired token is tolerated, so that a client can send a new one. */
  private static final Duration EXPIRY_GRACE = Duration.ofSeconds(30);

  /** About a century: the maximum validity of a token, so that nanoseconds fit a long. */
  private static final Duration MAX_VALIDITY = Duration.ofDays(36_500);

  /** Stands for any token that expired before now, so that nanoseconds fit a long. */
  private static final Duration ALREADY_EXPIRED = Duration.ofNanos(-1);

  private final MetricsClock clock;
  private final long heartbeatNanos;

  /** The expiry of a token, relative to the time at which the client sent it. */
  private record Expiry(long sinceNanos, long afterNanos) {}

  private volatile Expiry expiry;
  private long lastActivityNanos;
  private long lastPingNanos;
  private long lastCheckNanos;

  /** Whether a ping was sent since the last activity. */
  private boolean answerPending;

  /** The time of the first of these pings, or the end of a later pause of the server. */
  private long answerPendingSinceNanos;

  private long lastUnsentBytes;
  private long lastProgressNanos;

  /** Whether the last check found the client idle or stalled. */
  private boolean overdue;

  KeepAlive(MetricsClock clock, Duration heartbeat, @Nullable Instant tokenExpiresAt) {
    this.clock = clock;
    this.heartbeatNanos = heartbeat.toNanos();
    long now = clock.monotonicNanos();
    this.expiry = new Expiry(now, remainingValidity(tokenExpiresAt).toNanos());
    this.lastActivityNanos = now;
    this.lastPingNanos = now;
    this.lastCheckNanos = now;
    this.lastProgressNanos = now;
  }

  /** Replaces the token's expiry. Thread-safe. */
  void renewToken(@Nullable Instant tokenExpiresAt) {
    expiry = new Expiry(clock.monotonicNanos(), remainingValidity(tokenExpiresAt).toNanos());
  }

  /** Records that the client has sent something. */
  void recordActivity() {
    recordActivity(clock.monotonicNanos());
  }

  private void recordActivity(long nowNanos) {
    lastActivityNanos = nowNanos;
    answerPending = false;
  }

  /** Returns the action that is due. A {@code PING} counts as sent. */
  Action nextAction(long nowNanos, long unsentBytes) {
    discountPause(nowNanos);
    recordProgress(nowNanos, unsentBytes);
    Expiry token = expiry;
    if (nowNanos - token.sinceNanos() > token.afterNanos()) {
      return Action.TOKEN_EXPIRED;
    }
    boolean wasOverdue = overdue;
    boolean idle = isIdle(nowNanos);
    overdue = idle || nowNanos - lastProgressNanos > STALL_NANOS;
    if (overdue && wasOverdue) {
      return idle ? Action.IDLE : Action.STALLED;
    }
    if (nowNanos - lastPingNanos >= heartbeatNanos) {
      recordPing(nowNanos);
      return Action.PING;
    }
    return Action.NONE;
  }

  private boolean isIdle(long nowNanos) {
    return answerPending
        && nowNanos - answerPendingSinceNanos >= heartbeatNanos
        && nowNanos - lastActivityNanos > 2 * heartbeatNanos;
  }

  private void recordPing(long nowNanos) {
    lastPingNanos = nowNanos;
    if (!answerPending) {
      answerPending = true;
      answerPendingSinceNanos = nowNanos;
    }
  }

  /** Restarts the client's times if this check is late by more than the client's whole time. */
  private void discountPause(long nowNanos) {
    if (nowNanos - lastCheckNanos > 2 * heartbeatNanos) {
      answerPendingSinceNanos = nowNanos;
      lastProgressNanos = nowNanos;
    }
    lastCheckNanos = nowNanos;
  }

  private void recordProgress(long nowNanos, long unsentBytes) {
    // The client reads, and its pong is on the way. A last message may only be in a buffer.
    if (unsentBytes > 0 && unsentBytes < lastUnsentBytes) {
      recordActivity(nowNanos);
    }
    if (unsentBytes == 0 || unsentBytes != lastUnsentBytes) {
      lastUnsentBytes = unsentBytes;
      lastProgressNanos = nowNanos;
    }
  }

  private Duration remainingValidity(@Nullable Instant expiresAt) {
    if (expiresAt == null
        || expiresAt.isAfter(Instant.ofEpochMilli(clock.wallTimeMillis()).plus(MAX_VALIDITY))) {
      return MAX_VALIDITY;
    }
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    Duration remaining = Duration.between(now, expiresAt).plus(EXPIRY_GRACE);
    return remaining.isNegative() ? ALREADY_EXPIRED : remaining;
  }
}
