/**
 * The core vocabulary: metrics, channels, tags and intervals, plus the sink and clock interfaces
 * that every other package uses. The value types are immutable and safe for use by any thread.
 */
@NullMarked
package io.greenlang.metrics;

import org.jspecify.annotations.NullMarked;
