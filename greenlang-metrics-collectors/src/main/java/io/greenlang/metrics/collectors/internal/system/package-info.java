/** Probes of the machine. */
@NullMarked
package io.greenlang.metrics.collectors.internal.system;

import org.jspecify.annotations.NullMarked;
