/**
 * Microbenchmarks, run by {@code make jmh}: the cost of a call on a hot path, in nanoseconds and in
 * bytes.
 */
@NullMarked
package io.greenlang.metrics.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
