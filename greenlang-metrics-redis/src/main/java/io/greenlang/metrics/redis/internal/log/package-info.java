/** The log of publications in Redis: its entries, codec, scripts and reader. */
@NullMarked
package io.greenlang.metrics.redis.internal.log;

import org.jspecify.annotations.NullMarked;
