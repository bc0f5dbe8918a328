/** A receiver of metrics over OTLP/HTTP, the protocol of OpenTelemetry. */
@NullMarked
package io.greenlang.metrics.otlp;

import org.jspecify.annotations.NullMarked;
