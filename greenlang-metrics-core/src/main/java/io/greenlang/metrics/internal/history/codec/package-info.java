/** Compression of samples and of packed aggregates. */
@NullMarked
package io.greenlang.metrics.internal.history.codec;

import org.jspecify.annotations.NullMarked;
