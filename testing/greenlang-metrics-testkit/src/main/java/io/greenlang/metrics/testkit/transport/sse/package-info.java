/** The parts of the contract for server-sent events. */
@NullMarked
package io.greenlang.metrics.testkit.transport.sse;

import org.jspecify.annotations.NullMarked;
