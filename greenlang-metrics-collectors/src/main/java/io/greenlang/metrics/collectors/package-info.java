/**
 * Collectors that run metric sources on a schedule and publish their metrics.
 *
 * <p>Start with {@link io.greenlang.metrics.collectors.MetricCollector}. Each source runs on its
 * own thread, so a source that hangs or throws does not delay the others. {@link
 * io.greenlang.metrics.collectors.SystemMetricSource} reads the host, {@link
 * io.greenlang.metrics.collectors.JvmMetricSource} the JVM.
 */
@NullMarked
package io.greenlang.metrics.collectors;

import org.jspecify.annotations.NullMarked;
