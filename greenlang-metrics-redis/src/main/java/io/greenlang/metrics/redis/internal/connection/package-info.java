/** Connections to Redis servers: topologies, scripts, replies and failures. */
@NullMarked
package io.greenlang.metrics.redis.internal.connection;

import org.jspecify.annotations.NullMarked;
