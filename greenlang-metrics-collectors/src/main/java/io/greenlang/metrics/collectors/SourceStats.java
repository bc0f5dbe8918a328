package io.greenlang.metrics.collectors;

import io.greenlang.metrics.collectors.internal.schedule.SourceCounters;
import java.time.Duration;

/**
 * Statistics of one source since its collector was built.
 *
 * @param name the source's name
 * @param collections published collections, including those without any metric
 * @param failures collections that threw, returned null, or could not be published
 * @param skippedTicks ticks that passed while a collection took longer than the interval
 * @param idleTicks ticks at which the source was not collected, because its demand channel had no
 *     subscribers
 * @param metricsPublished metrics passed to the sink
 * @param metricsDropped metrics beyond the limit of 100,000 per collection, and metrics that have
 *     more than 16 tags together with the collector's
 * @param lastCollection the duration of the last collection, failed or not, without publishing;
 *     zero before the first
 * @param inProgress the elapsed time of the collection in progress; zero if there is none. A value
 *     far beyond the interval indicates a source that hangs
 */
public record SourceStats(
    String name,
    long collections,
    long failures,
    long skippedTicks,
    long idleTicks,
    long metricsPublished,
    long metricsDropped,
    Duration lastCollection,
    Duration inProgress) {

  static SourceStats of(SourceCounters.Snapshot counters) {
    return new SourceStats(
        counters.name(),
        counters.collections(),
        counters.failures(),
        counters.skippedTicks(),
        counters.idleTicks(),
        counters.metricsPublished(),
        counters.metricsDropped(),
        counters.lastCollection(),
        counters.inProgress());
  }
}
