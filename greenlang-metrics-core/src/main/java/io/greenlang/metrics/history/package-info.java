/**
 * The in-memory history of channels: samples for a short time, and aggregated windows for longer.
 */
@NullMarked
package io.greenlang.metrics.history;

import org.jspecify.annotations.NullMarked;
