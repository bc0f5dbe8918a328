/** The data that instances share beside publications: descriptions and revocations. */
@NullMarked
package io.greenlang.metrics.redis.internal.metadata;

import org.jspecify.annotations.NullMarked;
