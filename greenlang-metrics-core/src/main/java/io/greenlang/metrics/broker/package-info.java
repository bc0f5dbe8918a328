/** The SPI through which publications reach every instance. */
@NullMarked
package io.greenlang.metrics.broker;

import org.jspecify.annotations.NullMarked;
