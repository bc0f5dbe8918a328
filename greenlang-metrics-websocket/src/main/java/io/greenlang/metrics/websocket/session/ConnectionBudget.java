package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.MetricsClock;
import java.time.Duration;
import java.util.Arrays;

/**
 * How many handshakes a server takes up in a second, all clients together. It remembers when the
 * last so many have their turn: the next one's is a second behind the first of them, so no second
 * has more, wherever it begins, and all of them may come at once. Eight bytes each. Any thread.
 */
public final class ConnectionBudget {

  /** What {@link #reserve} answers if it would take too long. */
  public static final long NO_TURN = -1;

  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

  private final MetricsClock clock;

  /** When the last ones have their turn; empty if any number may. */
  private final long[] turns;

  private int first;

  /**
   * A budget of which nothing was spent.
   *
   * @param perSecond at most so many in any second, up to 100,000; 0 for any number
   */
  public ConnectionBudget(int perSecond, MetricsClock clock) {
    this.clock = clock;
    this.turns = new long[perSecond];
    Arrays.fill(turns, clock.nanoTime() - SECOND_NANOS);
  }

  /**
   * Reserves a handshake's turn.
   *
   * @param patience how long it can wait
   * @return the nanoseconds until then, 0 for at once; {@link #NO_TURN} if that is too long, and
   *     then nothing is reserved
   */
  public synchronized long reserve(Duration patience) {
    if (turns.length == 0) {
      return 0;
    }
    long now = clock.nanoTime();
    long wait = Math.max(0, turns[first] + SECOND_NANOS - now);
    if (wait > patience.toNanos()) {
      return NO_TURN;
    }
    turns[first] = now + wait;
    first = (first + 1) % turns.length;
    return wait;
  }
}
