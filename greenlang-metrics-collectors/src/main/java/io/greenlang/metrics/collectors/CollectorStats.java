package io.greenlang.metrics.collectors;

import java.time.Duration;
import java.util.List;

/**
 * What a collector has done since it was built, at one moment; the sums are over its sources.
 *
 * @param running whether it is started
 * @param collections readings that were published, including those that had nothing to publish
 * @param failures readings that threw, returned null, or could not be published
 * @param metricsPublished metrics handed to the sink
 * @param lastCollection how long reading took, for the source whose last reading took longest; zero
 *     before the first
 * @param sources one for each source, in the order in which they were added; unmodifiable
 */
public record CollectorStats(
    boolean running,
    long collections,
    long failures,
    long metricsPublished,
    Duration lastCollection,
    List<SourceStats> sources) {

  /** Keeps a copy of the list. */
  public CollectorStats {
    sources = List.copyOf(sources);
  }

  static CollectorStats of(boolean running, List<SourceStats> sources) {
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
