package io.greenlang.metrics.jmx;

/**
 * Statistics of a {@link JmxSource}.
 *
 * @param beans the MBeans that the source reads
 * @param hangingBeans those of them that have not returned from an earlier collection, and are left
 *     out until they do
 * @param series the series that the source publishes
 * @param failures how often an MBean or one of its attributes threw, was too slow, or could not be
 *     read because all threads were in MBeans that hang
 * @param discarded how many values were left out, because they exceed a limit, their names or tags
 *     are invalid, or another value has the same series
 */
public record JmxStats(int beans, int hangingBeans, int series, long failures, long discarded) {}
