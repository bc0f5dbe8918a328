/** Recording of operations: counts, durations and errors by name. */
@NullMarked
package io.greenlang.metrics.collectors.internal.recorder;

import org.jspecify.annotations.NullMarked;
