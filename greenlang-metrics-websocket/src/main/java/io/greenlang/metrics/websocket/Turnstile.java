package io.greenlang.metrics.websocket;

import io.greenlang.metrics.websocket.session.ConnectionBudget;
import io.greenlang.metrics.websocket.session.PeerAddress;
import io.greenlang.metrics.websocket.session.SenderBudgets;
import io.greenlang.metrics.websocket.session.ServerCounters;
import io.greenlang.metrics.websocket.transport.Admission;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Counts handshakes before the {@link Gatekeeper} looks at them, so that one which is too many
 * costs next to nothing: when another instance has died, all of its clients come at once. First by
 * address, so that nobody alone takes everybody's places; then all together, where one that is too
 * many for a second waits for its turn, if it can. Any thread.
 */
final class Turnstile {

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  /** Who goes by Retry-After comes within so many seconds, and not all in the same one. */
  private static final int RETRY_WITHIN_SECONDS = 10;

  private final SenderBudgets byAddress;
  private final ConnectionBudget together;
  private final ServerCounters counters;

  Turnstile(SenderBudgets byAddress, ConnectionBudget together, ServerCounters counters) {
    this.byAddress = byAddress;
    this.together = together;
    this.counters = counters;
  }

  /** When a handshake is to be looked at: in so many nanoseconds, or never if it is refused. */
  record Turn(long nanos, Admission.@Nullable Refused refused) {}

  /**
   * Counts a handshake. One that the server has no place for does not count against its address,
   * which will try again.
   *
   * @param address where it came from, in figures; null if nobody knows, and then only all together
   *     are limited
   * @param patience how long it can wait for its turn
   */
  Turn next(@Nullable String address, Duration patience) {
    String peer = address == null ? null : PeerAddress.of(address);
    if (peer != null && !byAddress.spendOnce(peer)) {
      return new Turn(0, refused(TOO_MANY_REQUESTS));
    }
    long nanos = together.reserve(patience);
    if (nanos != ConnectionBudget.NO_TURN) {
      return new Turn(nanos, null);
    }
    if (peer != null) {
      byAddress.giveBack(peer);
    }
    return new Turn(0, refused(UNAVAILABLE));
  }

  private Admission.Refused refused(int status) {
    counters.connectionRefused();
    int seconds = 1 + ThreadLocalRandom.current().nextInt(RETRY_WITHIN_SECONDS);
    return new Admission.Refused(status, seconds);
  }
}
