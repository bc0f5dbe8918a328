/** Mergeable sketches of distributions, and their concurrent recording. */
@NullMarked
package io.greenlang.metrics.internal.sketch;

import org.jspecify.annotations.NullMarked;
