/** The WebSocket server that streams the metrics of a hub. */
@NullMarked
package io.greenlang.metrics.websocket;

import org.jspecify.annotations.NullMarked;
