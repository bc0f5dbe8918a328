/** The units and descriptions of metrics that instances share. */
@NullMarked
package io.greenlang.metrics.redis.internal.metadata;

import org.jspecify.annotations.NullMarked;
