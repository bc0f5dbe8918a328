/**
 * Events of the JVM's flight recorder as metrics.
 *
 * <p>Start with {@link io.greenlang.metrics.jfr.JfrSource}.
 */
@NullMarked
package io.greenlang.metrics.jfr;

import org.jspecify.annotations.NullMarked;
