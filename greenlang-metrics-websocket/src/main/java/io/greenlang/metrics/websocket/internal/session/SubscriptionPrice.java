package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.internal.channel.OpeningWork;
import io.greenlang.metrics.websocket.internal.protocol.Command;

/**
 * The price of a subscription in excess of its first token. It follows the number of series, so
 * that a client cannot have all series of a large channel processed back to back.
 *
 * @param command the subscription
 * @param channels the number of channels that it selects
 * @param expected the work to expect, if no other client has the same views
 */
record SubscriptionPrice(Command.Subscribe command, int channels, OpeningWork expected) {

  /** Returns the price to take before the work. */
  int beforehand() {
    return of(expected);
  }

  /** Returns the price after the work. A view that another client has open costs no comparison. */
  int of(OpeningWork work) {
    long read = expected.comparedSeries() * furtherPasses();
    return CommandPrice.ofSubscription(command, channels)
        + CommandPrice.ofSeries(work.comparedSeries() + read, work.resumedSeries());
  }

  /** Returns how often each series is read after the comparison. */
  private int furtherPasses() {
    int passes = 0;
    if (command.latest()) {
      passes++;
    }
    if (command.groupBy() != null) {
      passes++;
    }
    if (CommandPrice.startsInHistory(command)) {
      passes++;
    }
    return passes;
  }
}
