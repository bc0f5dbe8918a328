/** Aggregates of samples over time and over series. */
@NullMarked
package io.greenlang.metrics.aggregate;

import org.jspecify.annotations.NullMarked;
