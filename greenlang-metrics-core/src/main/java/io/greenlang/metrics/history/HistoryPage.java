package io.greenlang.metrics.history;

import io.greenlang.metrics.Interval;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a channel's history.
 *
 * @param interval the length of the windows; null for samples
 * @param fromMillis the time from which the page is complete, in epoch milliseconds; later than
 *     requested if older data was evicted
 * @param points the entries in order of time, at most as many as the query's limit
 * @param more whether another page follows the last of these entries
 */
public record HistoryPage(
    @Nullable Interval interval, long fromMillis, List<HistoryPoint> points, boolean more) {}
