/** The path of a publication from Redis to the hub, in order and without duplicates. */
@NullMarked
package io.greenlang.metrics.redis.internal.delivery;

import org.jspecify.annotations.NullMarked;
