/**
 * Meters of Micrometer as metrics.
 *
 * <p>Start with {@link io.greenlang.metrics.micrometer.GreenlangMeterRegistry}. Applications that
 * cannot add a registry use {@link io.greenlang.metrics.micrometer.MicrometerSource} with theirs.
 */
@NullMarked
package io.greenlang.metrics.micrometer;

import org.jspecify.annotations.NullMarked;
