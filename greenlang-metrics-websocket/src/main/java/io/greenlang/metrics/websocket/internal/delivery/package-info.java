/** Delivery of feeds and answers to connections, on I/O threads. */
@NullMarked
package io.greenlang.metrics.websocket.internal.delivery;

import org.jspecify.annotations.NullMarked;
