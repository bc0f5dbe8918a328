/**
 * The temporality of series: totals of the increments that a sender reports, the observations
 * between two totals of a histogram, and the points that a sender repeats.
 */
@NullMarked
package io.greenlang.metrics.internal.temporality;

import org.jspecify.annotations.NullMarked;
