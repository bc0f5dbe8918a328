/** The published conformance cases for WebSocket servers, and the contract that runs them. */
@NullMarked
package io.greenlang.metrics.testkit.transport.conformance;

import org.jspecify.annotations.NullMarked;
