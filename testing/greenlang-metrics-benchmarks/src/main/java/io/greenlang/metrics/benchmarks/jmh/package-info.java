/**
 * Microbenchmarks, run by {@code make jmh}: what a call on a hot path costs, in nanoseconds and in
 * bytes.
 */
@NullMarked
package io.greenlang.metrics.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
