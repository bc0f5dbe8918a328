package io.greenlang.metrics.collectors;

import java.time.Duration;
import java.util.List;

/**
 * Statistics of a collector since it was built; the totals are summed over its sources.
 *
 * @param running whether the collector is running
 * @param collections published collections, including those without any metric
 * @param failures collections that threw, returned null, or could not be published
 * @param metricsPublished metrics passed to the sink
 * @param lastCollection the duration of the slowest among the sources' last collections; zero
 *     before the first
 * @param sources one entry per source, in the order in which the sources were added; unmodifiable
 */
public record CollectorStats(
    boolean running,
    long collections,
    long failures,
    long metricsPublished,
    Duration lastCollection,
    List<SourceStats> sources) {

  /** Copies the list. */
  public CollectorStats {
    sources = List.copyOf(sources);
  }

  static CollectorStats aggregate(boolean running, List<SourceStats> sources) {
    return new CollectorStats(
        running,
        sources.stream().mapToLong(SourceStats::collections).sum(),
        sources.stream().mapToLong(SourceStats::failures).sum(),
        sources.stream().mapToLong(SourceStats::metricsPublished).sum(),
        sources.stream()
            .map(SourceStats::lastCollection)
            .max(Duration::compareTo)
            .orElse(Duration.ZERO),
        sources);
  }
}
