/**
 * Metrics of an OpenTelemetry SDK.
 *
 * <p>Start with {@link io.greenlang.metrics.opentelemetry.GreenlangMetricExporter}. Applications
 * that configure the SDK by properties select it with {@code otel.metrics.exporter=greenlang}; see
 * {@link io.greenlang.metrics.opentelemetry.GreenlangMetricExporterProvider}.
 */
@NullMarked
package io.greenlang.metrics.opentelemetry;

import org.jspecify.annotations.NullMarked;
