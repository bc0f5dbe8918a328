package io.greenlang.metrics.history;

import io.greenlang.metrics.Interval;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a channel's past.
 *
 * @param interval how long the windows are; null for readings
 * @param fromMillis from when on this is all that there was, in milliseconds since 1970: later than
 *     was asked for if what was before is gone
 * @param points in the order of time, at most as many as were asked for
 * @param more whether there is another page, behind the last one of these
 */
public record HistoryPage(
    @Nullable Interval interval, long fromMillis, List<HistoryPoint> points, boolean more) {}
