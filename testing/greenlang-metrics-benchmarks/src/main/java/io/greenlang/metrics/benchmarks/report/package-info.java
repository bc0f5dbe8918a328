/** Results of the fan-out benchmarks, and the tables of them. */
@NullMarked
package io.greenlang.metrics.benchmarks.report;

import org.jspecify.annotations.NullMarked;
