/** Hashes that publishers and clients cannot predict. */
@NullMarked
package io.greenlang.metrics.internal.hash;

import org.jspecify.annotations.NullMarked;
