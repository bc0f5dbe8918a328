package io.greenlang.metrics.history;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Tags;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a channel's past.
 *
 * @param wanted which series, by name and tags
 * @param fromMillis from when on, in milliseconds since 1970; of windows, the one that this lies in
 *     is the first
 * @param toMillis until when; what is at this time is not asked for
 * @param interval how long the windows shall be; null for the finest tier that covers the range
 * @param limit how many entries there may be in an answer, at least 1
 * @param after the last entry of the page before; null for the first page
 */
public record HistoryQuery(
    BiPredicate<String, Tags> wanted,
    long fromMillis,
    long toMillis,
    @Nullable Interval interval,
    int limit,
    @Nullable HistoryKey after) {

  /** How many entries an answer may have at most. */
  public static final int MAX_LIMIT = 10_000;

  /**
   * Checks the limit.
   *
   * @throws IllegalArgumentException if it is not between 1 and {@value #MAX_LIMIT}
   */
  public HistoryQuery {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "limit must be from 1 to " + MAX_LIMIT + ", but is " + limit);
    }
  }
}
