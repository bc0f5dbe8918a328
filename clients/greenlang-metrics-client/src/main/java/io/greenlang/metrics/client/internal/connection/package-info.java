/** The connection to the server: sockets, reconnection, heartbeats, clocks and read demand. */
@NullMarked
package io.greenlang.metrics.client.internal.connection;

import org.jspecify.annotations.NullMarked;
