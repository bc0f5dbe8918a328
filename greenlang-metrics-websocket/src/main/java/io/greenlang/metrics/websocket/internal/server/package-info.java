/** Start, stop and admission of a server. */
@NullMarked
package io.greenlang.metrics.websocket.internal.server;

import org.jspecify.annotations.NullMarked;
