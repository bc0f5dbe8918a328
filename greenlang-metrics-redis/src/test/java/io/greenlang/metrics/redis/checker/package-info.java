/**
 * A checker that records every publication, and every frame of every client on several instances,
 * while faults are injected, and compares them.
 */
@NullMarked
package io.greenlang.metrics.redis.checker;

import org.jspecify.annotations.NullMarked;
