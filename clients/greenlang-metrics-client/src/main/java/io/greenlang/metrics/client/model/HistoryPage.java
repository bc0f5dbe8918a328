package io.greenlang.metrics.client.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One page of a channel's history. Immutable.
 *
 * @param metrics the metrics in time order, with the fields of live metrics
 * @param start the time from which on the history is complete. It is later than the requested start
 *     if the server has evicted older data
 * @param end the exclusive end of the query
 * @param interval the length of the windows; null for samples
 * @param metadata the units and descriptions of these metrics; empty unless the query requests them
 * @param nextQuery the query for the next page; null for the last page
 */
public record HistoryPage(
    List<Metric> metrics,
    Instant start,
    Instant end,
    @Nullable Duration interval,
    List<MetricMetadata> metadata,
    @Nullable HistoryQuery nextQuery) {

  /** Copies the lists. */
  public HistoryPage {
    metrics = List.copyOf(metrics);
    metadata = List.copyOf(metadata);
  }

  /** Returns the query for the next page; empty for the last page. */
  public Optional<HistoryQuery> next() {
    return Optional.ofNullable(nextQuery);
  }
}
