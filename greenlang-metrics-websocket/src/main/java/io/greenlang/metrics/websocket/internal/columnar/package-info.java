/** The columns of the format {@code columnar}: series, times and numbers as bytes. */
@NullMarked
package io.greenlang.metrics.websocket.internal.columnar;

import org.jspecify.annotations.NullMarked;
