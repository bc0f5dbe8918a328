/** The SPI for metric sources. */
@NullMarked
package io.greenlang.metrics.collect;

import org.jspecify.annotations.NullMarked;
