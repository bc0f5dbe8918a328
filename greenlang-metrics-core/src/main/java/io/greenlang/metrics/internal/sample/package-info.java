/** Data that samples carry beside their values, and the statistics that are derived from it. */
@NullMarked
package io.greenlang.metrics.internal.sample;

import org.jspecify.annotations.NullMarked;
