/** Bounded reading of documents over HTTP, and values that are read again in the background. */
@NullMarked
package io.greenlang.metrics.websocket.internal.fetch;

import org.jspecify.annotations.NullMarked;
