/**
 * A broker that delivers publications between instances through Redis, and stores their history
 * there.
 */
@NullMarked
package io.greenlang.metrics.redis;

import org.jspecify.annotations.NullMarked;
