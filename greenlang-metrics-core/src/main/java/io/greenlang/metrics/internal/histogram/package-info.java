/** The histograms of a hub, and their publication once per interval. */
@NullMarked
package io.greenlang.metrics.internal.histogram;

import org.jspecify.annotations.NullMarked;
