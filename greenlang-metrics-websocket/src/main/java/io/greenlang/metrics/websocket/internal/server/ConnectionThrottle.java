package io.greenlang.metrics.websocket.internal.server;

import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.ratelimit.MessageRateLimiters;
import io.greenlang.metrics.websocket.internal.ratelimit.RateLimitKey;
import io.greenlang.metrics.websocket.internal.ratelimit.SlidingWindowLimiter;
import io.greenlang.metrics.websocket.transport.Admission;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A rate limit on handshakes that applies before the {@link HandshakeAuthorizer} looks at them. A
 * rejected handshake costs almost nothing, which matters when another instance fails and all of its
 * clients reconnect at once. The per-address limit applies first, so that a single address cannot
 * use up the global quota. Handshakes above the global limit are queued if they can wait.
 * Thread-safe.
 */
final class ConnectionThrottle {

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  /**
   * The range of {@code Retry-After}: rejected clients retry at a random second within it, so that
   * they do not all retry at once.
   */
  private static final int RETRY_WITHIN_SECONDS = 10;

  private final MessageRateLimiters byAddress;
  private final SlidingWindowLimiter global;
  private final ServerCounters counters;

  ConnectionThrottle(
      MessageRateLimiters byAddress, SlidingWindowLimiter global, ServerCounters counters) {
    this.byAddress = byAddress;
    this.global = global;
    this.counters = counters;
  }

  /**
   * The outcome for one handshake: proceed after {@code nanos} nanoseconds, or reject it if {@code
   * refused} is not null.
   */
  record Decision(long delayNanos, Admission.@Nullable Rejected rejection) {}

  /**
   * Counts a handshake. A handshake rejected by the global limit does not count against its
   * address, because the client will retry.
   *
   * @param address the numeric address of the client; null if unknown, then only the global limit
   *     applies
   * @param maxWait the longest time that the handshake can be queued
   */
  Decision tryAcquire(@Nullable String address, Duration maxWait) {
    Admission.Rejected rejection = tryAcquireAddress(address);
    return rejection == null ? tryReserve(address, maxWait) : new Decision(0, rejection);
  }

  /** Counts a handshake of an address; returns the rejection, or null if it is within the limit. */
  Admission.@Nullable Rejected tryAcquireAddress(@Nullable String address) {
    return address == null || byAddress.tryAcquire(RateLimitKey.of(address))
        ? null
        : reject(TOO_MANY_REQUESTS);
  }

  /** Reserves a place within the global limit for a handshake whose address was counted. */
  Decision tryReserve(@Nullable String address, Duration maxWait) {
    long nanos = global.tryReserve(maxWait);
    if (nanos != SlidingWindowLimiter.REJECTED) {
      return new Decision(nanos, null);
    }
    if (address != null) {
      byAddress.release(RateLimitKey.of(address));
    }
    return new Decision(0, reject(UNAVAILABLE));
  }

  /** Counts a rejected handshake, and returns its rejection. */
  Admission.Rejected reject(int status) {
    counters.countRejectedConnection();
    int seconds = 1 + ThreadLocalRandom.current().nextInt(RETRY_WITHIN_SECONDS);
    return new Admission.Rejected(status, seconds);
  }
}
