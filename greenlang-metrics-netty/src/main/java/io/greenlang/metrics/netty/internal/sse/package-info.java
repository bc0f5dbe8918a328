/** Server-sent events over a Netty channel. */
@NullMarked
package io.greenlang.metrics.netty.internal.sse;

import org.jspecify.annotations.NullMarked;
