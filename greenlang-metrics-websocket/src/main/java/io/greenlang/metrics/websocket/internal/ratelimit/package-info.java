/** Rate limits for messages, frames and connections. */
@NullMarked
package io.greenlang.metrics.websocket.internal.ratelimit;

import org.jspecify.annotations.NullMarked;
