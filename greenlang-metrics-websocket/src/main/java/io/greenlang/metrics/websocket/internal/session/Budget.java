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

  /**
   * The costly commands in progress of all sessions.
   *
   * @param history the requests for history
   * @param replays the subscriptions that begin in history
   */
  record InProgress(CostlyCommands history, CostlyCommands replays) {

    /** Creates counts of a server without sessions. */
    InProgress() {
      this(new CostlyCommands(), new CostlyCommands());
    }
  }

  private final MessageRateLimiters.Limiter limiter;
  private final InProgress inProgress;

  Budget(MessageRateLimiters.Limiter limiter, InProgress inProgress) {
    this.limiter = limiter;
    this.inProgress = inProgress;
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

  /** Replaces a price that was taken by the price of the work done. */
  void settle(int charged, int price) {
    limiter.settle(charged, price);
  }

  /**
   * Begins a request for history and takes its price.
   *
   * @param id the id of the command, or null
   * @throws CommandException if the budget is used up, or too many requests are in progress
   */
  Reservation beginHistory(int tokens, @Nullable String id) throws CommandException {
    if (!inProgress.history().tryBegin(limiter)) {
      throw CommandException.busy(BUSY_RETRY, id);
    }
    return reserve(inProgress.history(), tokens, id);
  }

  /**
   * Begins a subscription that begins in history, and takes its price.
   *
   * @param id the id of the command, or null
   * @throws CommandException if the budget is used up, or too many of them are in progress
   */
  Reservation beginReplay(int tokens, @Nullable String id) throws CommandException {
    if (!inProgress.replays().tryBegin(limiter)) {
      throw CommandException.tooManyReplays(BUSY_RETRY, id);
    }
    return reserve(inProgress.replays(), tokens, id);
  }

  private Reservation reserve(CostlyCommands begun, int tokens, @Nullable String id)
      throws CommandException {
    Reservation reservation = null;
    try {
      charge(tokens, id);
      reservation = new Reservation(begun, tokens);
      return reservation;
    } finally {
      if (reservation == null) {
        begun.end(limiter);
      }
    }
  }

  /** The place of a costly command in progress. One thread at a time. */
  final class Reservation {
    private final CostlyCommands begun;
    private final int charged;
    private boolean closed;

    private Reservation(CostlyCommands begun, int charged) {
      this.begun = begun;
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
        begun.end(limiter);
      }
    }
  }
}
