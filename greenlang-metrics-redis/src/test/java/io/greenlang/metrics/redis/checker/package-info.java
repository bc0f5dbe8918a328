/**
 * Records every publication and every frame of every client over several instances, while faults
 * are injected, and holds the one against the other.
 */
@NullMarked
package io.greenlang.metrics.redis.checker;

import org.jspecify.annotations.NullMarked;
