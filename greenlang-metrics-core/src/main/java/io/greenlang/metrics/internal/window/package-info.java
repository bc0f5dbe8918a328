/** Aggregation over intervals: open windows, roll-up into longer ones, and grouping by tags. */
@NullMarked
package io.greenlang.metrics.internal.window;

import org.jspecify.annotations.NullMarked;
