/** Helpers that every source may use. */
@NullMarked
package io.greenlang.metrics.collectors.internal.support;

import org.jspecify.annotations.NullMarked;
