/** Comparisons of the cost of a delivery to two kinds of clients of our server. */
@NullMarked
package io.greenlang.metrics.benchmarks.delivery;

import org.jspecify.annotations.NullMarked;
