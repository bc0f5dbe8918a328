/**
 * The temporality of series: totals of the increments that a sender reports, and the observations
 * between two totals of a histogram.
 */
@NullMarked
package io.greenlang.metrics.internal.temporality;

import org.jspecify.annotations.NullMarked;
