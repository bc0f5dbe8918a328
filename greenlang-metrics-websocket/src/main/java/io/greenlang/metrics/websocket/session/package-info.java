/** Client sessions: commands, cursors, delivery, rate limits and keep-alive. */
@NullMarked
package io.greenlang.metrics.websocket.session;

import org.jspecify.annotations.NullMarked;
