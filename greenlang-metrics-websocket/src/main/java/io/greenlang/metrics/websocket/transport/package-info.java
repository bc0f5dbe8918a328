/** The SPI of transports, which move frames to sockets and deliver messages from them. */
@NullMarked
package io.greenlang.metrics.websocket.transport;

import org.jspecify.annotations.NullMarked;
