/** The server that streams a hub's metrics over WebSocket. */
@NullMarked
package io.greenlang.metrics.websocket;

import org.jspecify.annotations.NullMarked;
