/** The reconnect benchmark. */
@NullMarked
package io.greenlang.metrics.benchmarks.reconnect;

import org.jspecify.annotations.NullMarked;
