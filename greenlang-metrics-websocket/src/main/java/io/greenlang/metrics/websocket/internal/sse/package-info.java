/** Server-sent events: a connection of the session engine that writes events in place of frames. */
@NullMarked
package io.greenlang.metrics.websocket.internal.sse;

import org.jspecify.annotations.NullMarked;
