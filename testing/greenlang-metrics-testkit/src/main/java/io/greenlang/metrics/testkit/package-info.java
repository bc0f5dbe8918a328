/** One contract suite for each SPI, for whoever implements it; clocks and clients to test with. */
@NullMarked
package io.greenlang.metrics.testkit;

import org.jspecify.annotations.NullMarked;
