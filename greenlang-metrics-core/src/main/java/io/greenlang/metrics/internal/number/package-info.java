/** Arithmetic on finite doubles that neither loses small terms nor overflows. */
@NullMarked
package io.greenlang.metrics.internal.number;

import org.jspecify.annotations.NullMarked;
