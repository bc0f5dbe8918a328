/** Keys, counters and helpers of the Redis broker. */
@NullMarked
package io.greenlang.metrics.redis.internal.support;

import org.jspecify.annotations.NullMarked;
