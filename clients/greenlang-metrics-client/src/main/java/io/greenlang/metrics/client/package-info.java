/**
 * A client for the metrics of one server, on the WebSocket of the JDK.
 *
 * <p>Start with {@link io.greenlang.metrics.client.MetricsClient}.
 */
@NullMarked
package io.greenlang.metrics.client;

import org.jspecify.annotations.NullMarked;
