/** Small helpers that every engine package may use. */
@NullMarked
package io.greenlang.metrics.internal.util;

import org.jspecify.annotations.NullMarked;
