/** Subscriptions to Redis topics. */
@NullMarked
package io.greenlang.metrics.redis.internal.subscribe;

import org.jspecify.annotations.NullMarked;
