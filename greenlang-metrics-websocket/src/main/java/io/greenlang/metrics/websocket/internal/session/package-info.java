/** Client sessions: commands, keep-alive and tokens. */
@NullMarked
package io.greenlang.metrics.websocket.internal.session;

import org.jspecify.annotations.NullMarked;
