/** Parts of the transport contract about connections: handshakes, frames, tokens and heartbeats. */
@NullMarked
package io.greenlang.metrics.testkit.transport.connection;

import org.jspecify.annotations.NullMarked;
