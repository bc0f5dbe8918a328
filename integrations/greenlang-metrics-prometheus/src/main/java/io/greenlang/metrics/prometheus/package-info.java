/**
 * Metrics from targets of Prometheus, and the server's own counts for a Prometheus server.
 *
 * <p>Start with {@link io.greenlang.metrics.prometheus.PrometheusSource}.
 */
@NullMarked
package io.greenlang.metrics.prometheus;

import org.jspecify.annotations.NullMarked;
