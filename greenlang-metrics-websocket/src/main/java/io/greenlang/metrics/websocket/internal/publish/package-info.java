/** The HTTP endpoint for publications. */
@NullMarked
package io.greenlang.metrics.websocket.internal.publish;

import org.jspecify.annotations.NullMarked;
