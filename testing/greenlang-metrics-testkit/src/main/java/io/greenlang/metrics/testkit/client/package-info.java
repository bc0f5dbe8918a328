/** WebSocket clients for tests. */
@NullMarked
package io.greenlang.metrics.testkit.client;

import org.jspecify.annotations.NullMarked;
