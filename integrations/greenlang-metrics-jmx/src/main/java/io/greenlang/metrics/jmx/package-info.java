/**
 * Attributes of MBeans as metrics.
 *
 * <p>Start with {@link io.greenlang.metrics.jmx.JmxSource#builder}. Rules choose and name the
 * attributes: {@link io.greenlang.metrics.jmx.JmxRule}.
 */
@NullMarked
package io.greenlang.metrics.jmx;

import org.jspecify.annotations.NullMarked;
