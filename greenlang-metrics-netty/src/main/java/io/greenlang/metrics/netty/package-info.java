/**
 * The standalone transport, based on Netty: HTTP, WebSocket, the dashboard's files and {@code
 * /health}.
 */
@NullMarked
package io.greenlang.metrics.netty;

import org.jspecify.annotations.NullMarked;
