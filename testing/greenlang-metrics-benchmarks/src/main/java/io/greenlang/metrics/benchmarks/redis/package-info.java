/** Benchmarks of the Redis broker. */
@NullMarked
package io.greenlang.metrics.benchmarks.redis;

import org.jspecify.annotations.NullMarked;
