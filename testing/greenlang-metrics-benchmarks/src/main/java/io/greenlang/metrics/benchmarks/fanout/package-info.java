/** The fan-out benchmark: a server to measure, subscribers that measure it, and the report. */
@NullMarked
package io.greenlang.metrics.benchmarks.fanout;

import org.jspecify.annotations.NullMarked;
