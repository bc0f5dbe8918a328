/** Server-sent events in containers, over asynchronous servlets. */
@NullMarked
package io.greenlang.metrics.websocket.internal.jakarta.sse;

import org.jspecify.annotations.NullMarked;
