package io.greenlang.metrics.client.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Counters since the creation of the client.
 *
 * @param metrics the metrics delivered to listeners and subscribers
 * @param frames the WebSocket messages received
 * @param malformed the malformed frames
 * @param missed the metrics that the server reported as missed, as far as it could count them
 * @param overSeriesLimit the metrics of new series that the server dropped at a limit of series
 * @param duplicates the metrics that a replay repeated, and that the client discarded
 * @param reconnects the connections after the first
 * @param discardedEvents the events that no listener received, because 1,000 events were waiting
 * @param roundTrip the round-trip time of the last command; null before the first reply
 */
public record ClientStats(
    long metrics,
    long frames,
    long malformed,
    long missed,
    long overSeriesLimit,
    long duplicates,
    long reconnects,
    long discardedEvents,
    @Nullable Duration roundTrip) {}
