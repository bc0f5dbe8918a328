/** Authentication of clients, and the channels and metrics that they can see. */
@NullMarked
package io.greenlang.metrics.websocket.auth;

import org.jspecify.annotations.NullMarked;
