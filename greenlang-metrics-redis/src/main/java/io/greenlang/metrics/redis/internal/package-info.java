/** Start, stop and wiring of the Redis broker. */
@NullMarked
package io.greenlang.metrics.redis.internal;

import org.jspecify.annotations.NullMarked;
