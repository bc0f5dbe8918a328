/** The fan-out benchmark: a server to measure, and subscribers that measure it. */
@NullMarked
package io.greenlang.metrics.benchmarks.fanout;

import org.jspecify.annotations.NullMarked;
