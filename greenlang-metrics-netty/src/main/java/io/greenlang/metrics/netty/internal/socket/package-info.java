/** Writing to sockets and closing them, beneath the protocols of a connection. */
@NullMarked
package io.greenlang.metrics.netty.internal.socket;

import org.jspecify.annotations.NullMarked;
