/** The standalone transport: HTTP, WebSocket, the dashboard's files and /health, on Netty. */
@NullMarked
package io.greenlang.metrics.netty;

import org.jspecify.annotations.NullMarked;
