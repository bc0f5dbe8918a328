/** Hostile inputs, and the part of the transport contract that sends them. */
@NullMarked
package io.greenlang.metrics.testkit.transport.hostile;

import org.jspecify.annotations.NullMarked;
