/** Benchmarks that need no server, and the instruments that all benchmarks share. */
@NullMarked
package io.greenlang.metrics.benchmarks;

import org.jspecify.annotations.NullMarked;
