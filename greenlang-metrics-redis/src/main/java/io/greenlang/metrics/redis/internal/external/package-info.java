/** Publications of programs that do not use this library. */
@NullMarked
package io.greenlang.metrics.redis.internal.external;

import org.jspecify.annotations.NullMarked;
