/** The addresses of clients that proxies report. */
@NullMarked
package io.greenlang.metrics.websocket.internal.forwarding;

import org.jspecify.annotations.NullMarked;
