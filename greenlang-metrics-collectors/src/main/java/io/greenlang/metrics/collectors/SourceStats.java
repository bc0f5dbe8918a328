package io.greenlang.metrics.collectors;

import java.time.Duration;

/**
 * What one source of a collector has done, at one moment.
 *
 * @param name the source's name
 * @param collections readings that were published, including those that had nothing to publish
 * @param failures readings that threw, returned null, or could not be published
 * @param skippedTicks ticks that passed while a reading took longer than the interval
 * @param idleTicks ticks at which it was not read, because nobody watched the channel that it is
 *     for
 * @param metricsPublished metrics handed to the sink
 * @param metricsDropped metrics beyond the 100,000 that one reading may yield
 * @param lastCollection how long the last reading took, failed or not, without publishing; zero
 *     before the first
 * @param inProgress how long the reading that runs now has taken so far; zero when none runs. One
 *     that grows far beyond the interval is a source that hangs
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
    Duration inProgress) {}
