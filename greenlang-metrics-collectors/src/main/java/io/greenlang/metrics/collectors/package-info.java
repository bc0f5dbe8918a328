/**
 * Real numbers: runs sources on a schedule and publishes what they read.
 *
 * <p>{@link io.greenlang.metrics.collectors.MetricCollector} is where to begin. Each source has a
 * thread of its own, so one that hangs or throws delays nobody else; {@link
 * io.greenlang.metrics.collectors.SystemMetricSource} reads the host.
 */
@NullMarked
package io.greenlang.metrics.collectors;

import org.jspecify.annotations.NullMarked;
