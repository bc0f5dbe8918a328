/** Endurance runs: hours of load with bounds for memory, descriptors, threads and latency. */
@NullMarked
package io.greenlang.metrics.benchmarks.endurance;

import org.jspecify.annotations.NullMarked;
