/** The path of a publication to Redis: bounded queues and batches. */
@NullMarked
package io.greenlang.metrics.redis.internal.publish;

import org.jspecify.annotations.NullMarked;
