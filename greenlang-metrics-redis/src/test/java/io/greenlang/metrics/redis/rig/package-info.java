/** Real Redis processes on this machine, and a network between them that can fail. */
@NullMarked
package io.greenlang.metrics.redis.rig;

import org.jspecify.annotations.NullMarked;
