/** Transport inside a Jakarta WebSocket container. */
@NullMarked
package io.greenlang.metrics.websocket.internal.jakarta;

import org.jspecify.annotations.NullMarked;
