/** The fan-out benchmark. */
@NullMarked
package io.greenlang.metrics.benchmarks.fanout;

import org.jspecify.annotations.NullMarked;
