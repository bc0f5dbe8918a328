/** The beans of the starter, which applications do not call. */
@NullMarked
package io.greenlang.metrics.spring.boot.internal;

import org.jspecify.annotations.NullMarked;
