package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.websocket.internal.protocol.Command;

/**
 * The price of commands in tokens of the subject's message limit. It follows the work that a
 * command causes. One token is the price of any message; the methods return the tokens in excess of
 * it.
 */
public final class CommandPrice {

  /** The metrics of a history page that cost one token. */
  static final int POINTS_PER_TOKEN = 2_500;

  /** The slices of a search that cost one token; a slice reads up to 64 series. */
  static final int SLICES_PER_TOKEN = 64;

  /** The comparisons of a pattern with the name of a series that cost one token. */
  static final int COMPARISONS_PER_TOKEN = 250_000;

  /** The name patterns of a subscription that cost one token. */
  public static final int PATTERNS_PER_TOKEN = 32;

  /** The series that cost one token: those with which a view is compared, or that it reads. */
  static final int SERIES_PER_TOKEN = 5_000;

  /** The series that cost one token if they continue in new windows: their history is read. */
  static final int RESUMED_PER_TOKEN = 500;

  private CommandPrice() {}

  /**
   * Returns the price of the series that a subscription concerns.
   *
   * @param comparedSeries the number of series, counted once for each pass over them
   * @param resumedSeries the number of series that continue in new windows
   */
  public static int ofSeries(long comparedSeries, long resumedSeries) {
    return (int) (comparedSeries / SERIES_PER_TOKEN + resumedSeries / RESUMED_PER_TOKEN);
  }

  /**
   * Returns the price of a subscription besides that of its series.
   *
   * @param channels the number of channels that it selects
   */
  static int ofSubscription(Command.Subscribe command, int channels) {
    int perChannel = 0;
    if (command.latest()) {
      perChannel++;
    }
    if (startsInHistory(command)) {
      perChannel++;
    }
    if (command.groupBy() != null) {
      perChannel++;
    }
    perChannel += command.names().size() / PATTERNS_PER_TOKEN;
    return perChannel * channels;
  }

  /** Returns the price of a history page before the search: the price of a full page. */
  static int ofHistoryRequest(int limit) {
    return ceilDivide(limit, POINTS_PER_TOKEN);
  }

  /**
   * Returns the price of a history page after the search.
   *
   * @param points the metrics on the page
   * @param slices the slices of the search
   * @param comparisons the comparisons of a pattern with the name of a series
   */
  static int ofHistoryPage(int points, int slices, long comparisons) {
    return ceilDivide(points, POINTS_PER_TOKEN)
        + slices / SLICES_PER_TOKEN
        + (int) (comparisons / COMPARISONS_PER_TOKEN);
  }

  /** Returns whether a subscription first replays history. */
  static boolean startsInHistory(Command.Subscribe command) {
    return !command.since().isEmpty() || command.from() != null;
  }

  private static int ceilDivide(int value, int divisor) {
    return (value + divisor - 1) / divisor;
  }
}
