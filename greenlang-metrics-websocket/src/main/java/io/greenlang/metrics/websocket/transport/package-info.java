/** What moves frames to sockets and messages from them. */
@NullMarked
package io.greenlang.metrics.websocket.transport;

import org.jspecify.annotations.NullMarked;
