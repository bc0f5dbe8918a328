/** Instances that share a Redis. */
@NullMarked
package io.greenlang.metrics.redis.internal.membership;

import org.jspecify.annotations.NullMarked;
