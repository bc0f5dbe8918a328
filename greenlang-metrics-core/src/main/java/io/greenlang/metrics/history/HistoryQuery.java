package io.greenlang.metrics.history;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Tags;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A query for a channel's history.
 *
 * @param filter selects series by name and tags
 * @param fromMillis the start of the time range, inclusive, in epoch milliseconds; for windows, the
 *     first result is the window that contains it
 * @param toMillis the end of the time range, exclusive, in epoch milliseconds
 * @param interval the length of the windows; null for the finest tier that covers the range
 * @param limit the maximum number of entries per page, at least 1
 * @param after the last entry of the preceding page; null for the first page
 */
public record HistoryQuery(
    BiPredicate<String, Tags> filter,
    long fromMillis,
    long toMillis,
    @Nullable Interval interval,
    int limit,
    @Nullable HistoryCursor after) {

  /** The maximum limit. */
  public static final int MAX_LIMIT = 10_000;

  /**
   * Validates the limit.
   *
   * @throws IllegalArgumentException if the limit is not between 1 and {@value #MAX_LIMIT}
   */
  public HistoryQuery {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "limit must be from 1 to " + MAX_LIMIT + ", but is " + limit);
    }
  }
}
