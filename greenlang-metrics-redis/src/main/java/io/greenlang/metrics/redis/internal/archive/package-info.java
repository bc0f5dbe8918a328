/** The archive of closed windows in Redis. */
@NullMarked
package io.greenlang.metrics.redis.internal.archive;

import org.jspecify.annotations.NullMarked;
