/** HTTP endpoints beside the WebSocket, which applications and integrations add to a server. */
@NullMarked
package io.greenlang.metrics.websocket.http;

import org.jspecify.annotations.NullMarked;
