/** Curves of the costs by the size of the load, drawn as SVG by {@code make bench-curves}. */
@NullMarked
package io.greenlang.metrics.benchmarks.curves;

import org.jspecify.annotations.NullMarked;
