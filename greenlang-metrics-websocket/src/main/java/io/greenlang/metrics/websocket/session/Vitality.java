package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.MetricsClock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a client is still there and still welcome. Goes by monotonic time alone: a clock that
 * steps disconnects nobody. On the I/O thread.
 */
final class Vitality {

  /** What is to be done. */
  enum Verdict {
    FINE,
    PING,
    /** Nothing came for two heartbeats. */
    SILENT,
    /** The peer has taken nothing of what was written for {@value #STALL_SECONDS} seconds. */
    STALLED,
    TOKEN_EXPIRED
  }

  private static final long STALL_SECONDS = 30;
  private static final long STALL_NANOS = STALL_SECONDS * 1_000_000_000L;

  /** How long an expired token is tolerated, so that a client can bring a new one. */
  private static final Duration EXPIRY_GRACE = Duration.ofSeconds(30);

  /** About a century: no token is watched for longer, and nanoseconds fit a long. */
  private static final Duration FOREVER = Duration.ofDays(36_500);

  /** For a token whose time was up before, however long: nanoseconds fit this, too. */
  private static final Duration OVER = Duration.ofNanos(-1);

  private final MetricsClock clock;
  private final long heartbeatNanos;

  /** When a token's time is up, counted from when it was brought. */
  private record Expiry(long sinceNanos, long afterNanos) {}

  private volatile Expiry expiry;
  private long lastSignNanos;
  private long lastPingNanos;
  private long lastUnsentBytes;
  private long lastProgressNanos;

  Vitality(MetricsClock clock, Duration heartbeat, @Nullable Instant tokenExpiresAt) {
    this.clock = clock;
    this.heartbeatNanos = heartbeat.toNanos();
    long now = clock.nanoTime();
    this.expiry = new Expiry(now, untilExpiry(tokenExpiresAt).toNanos());
    this.lastSignNanos = now;
    this.lastPingNanos = now;
    this.lastProgressNanos = now;
  }

  /** Goes by another token's expiry from now on. Any thread. */
  void renew(@Nullable Instant tokenExpiresAt) {
    expiry = new Expiry(clock.nanoTime(), untilExpiry(tokenExpiresAt).toNanos());
  }

  void signOfLife() {
    lastSignNanos = clock.nanoTime();
  }

  /** Looks at the clock. A PING verdict counts as carried out. */
  Verdict check(long nowNanos, long unsentBytes) {
    if (unsentBytes == 0 || unsentBytes != lastUnsentBytes) {
      lastUnsentBytes = unsentBytes;
      lastProgressNanos = nowNanos;
    }
    Expiry token = expiry;
    if (nowNanos - token.sinceNanos() > token.afterNanos()) {
      return Verdict.TOKEN_EXPIRED;
    }
    if (nowNanos - lastSignNanos > 2 * heartbeatNanos) {
      return Verdict.SILENT;
    }
    if (nowNanos - lastProgressNanos > STALL_NANOS) {
      return Verdict.STALLED;
    }
    if (nowNanos - lastPingNanos >= heartbeatNanos) {
      lastPingNanos = nowNanos;
      return Verdict.PING;
    }
    return Verdict.FINE;
  }

  private Duration untilExpiry(@Nullable Instant expiresAt) {
    if (expiresAt == null
        || expiresAt.isAfter(Instant.ofEpochMilli(clock.wallMillis()).plus(FOREVER))) {
      return FOREVER;
    }
    Instant now = Instant.ofEpochMilli(clock.wallMillis());
    Duration left = Duration.between(now, expiresAt).plus(EXPIRY_GRACE);
    return left.isNegative() ? OVER : left;
  }
}
