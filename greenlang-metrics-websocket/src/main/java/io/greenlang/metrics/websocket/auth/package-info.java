/** Who a client is and what it may see. */
@NullMarked
package io.greenlang.metrics.websocket.auth;

import org.jspecify.annotations.NullMarked;
