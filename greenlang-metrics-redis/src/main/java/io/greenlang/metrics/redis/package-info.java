/** Carries publications, and keeps their past, on Redis. */
@NullMarked
package io.greenlang.metrics.redis;

import org.jspecify.annotations.NullMarked;
