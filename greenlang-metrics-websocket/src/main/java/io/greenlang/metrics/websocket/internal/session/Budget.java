package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import io.greenlang.metrics.websocket.internal.ratelimit.CostlyCommands;
import io.greenlang.metrics.websocket.internal.ratelimit.MessageRateLimiters;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The budget of one client's subject, from which commands take their price. Thread-safe. */
final class Budget {

  /** The time after which a client may repeat a command that exceeded a limit on concurrency. */
  private static final Duration BUSY_RETRY = Duration.ofSeconds(1);

  private final MessageRateLimiters.Limiter limiter;
  private final CostlyCommands costlyCommands;

  Budget(MessageRateLimiters.Limiter limiter, CostlyCommands costlyCommands) {
    this.limiter = limiter;
    this.costlyCommands = costlyCommands;
  }

  /**
   * Takes the price of a command in excess of its first token.
   *
   * @param id the id of the command, or null
   * @throws CommandException if the subject's budget is used up
   */
  void charge(int tokens, @Nullable String id) throws CommandException {
    long waitNanos = tokens == 0 ? 0 : limiter.tryCharge(tokens);
    if (waitNanos > 0) {
      throw CommandException.rateLimited(Duration.ofNanos(waitNanos), id);
    }
  }

  /**
   * Begins a costly command and takes its price.
   *
   * @param id the id of the command, or null
   * @throws CommandException if the budget is used up, or too many costly commands are in progress
   */
  Reservation beginCostly(int tokens, @Nullable String id) throws CommandException {
    if (!costlyCommands.tryBegin(limiter)) {
      throw CommandException.busy(BUSY_RETRY, id);
    }
    try {
      charge(tokens, id);
    } catch (CommandException e) {
      costlyCommands.end(limiter);
      throw e;
    }
    return new Reservation(tokens);
  }

  /** The place of a costly command in progress. One thread at a time. */
  final class Reservation {
    private final int charged;
    private boolean closed;

    private Reservation(int charged) {
      this.charged = charged;
    }

    /** Replaces the price that was taken by the price of the work done. */
    void settle(int price) {
      limiter.settle(charged, price);
    }

    /** Ends the command. Further calls have no effect. */
    void close() {
      if (!closed) {
        closed = true;
        costlyCommands.end(limiter);
      }
    }
  }
}
