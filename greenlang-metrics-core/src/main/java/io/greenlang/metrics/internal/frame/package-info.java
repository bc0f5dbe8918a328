/** Frames as bytes: encoding a batch once, and the ring of direct memory that holds the result. */
@NullMarked
package io.greenlang.metrics.internal.frame;

import org.jspecify.annotations.NullMarked;
