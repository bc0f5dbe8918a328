/** The load of benchmarks: metrics at a steady rate that carry their publication time. */
@NullMarked
package io.greenlang.metrics.testkit.load;

import org.jspecify.annotations.NullMarked;
