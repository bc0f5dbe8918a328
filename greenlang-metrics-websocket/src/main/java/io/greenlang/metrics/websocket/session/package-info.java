/** One connected client: its commands, its cursors, its signs of life. */
@NullMarked
package io.greenlang.metrics.websocket.session;

import org.jspecify.annotations.NullMarked;
