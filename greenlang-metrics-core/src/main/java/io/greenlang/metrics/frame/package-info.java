/** Encoded frames that a transport writes: part of the transport SPI. */
@NullMarked
package io.greenlang.metrics.frame;

import org.jspecify.annotations.NullMarked;
