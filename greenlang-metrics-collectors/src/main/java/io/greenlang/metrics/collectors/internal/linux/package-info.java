/** Readers of the files in which Linux reports its state: {@code /proc}, {@code /sys}. */
@NullMarked
package io.greenlang.metrics.collectors.internal.linux;

import org.jspecify.annotations.NullMarked;
