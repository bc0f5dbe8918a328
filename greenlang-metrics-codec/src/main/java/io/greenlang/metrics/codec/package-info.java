/** Reads one JSON or MessagePack document from bytes that anybody may have made. */
@NullMarked
package io.greenlang.metrics.codec;

import org.jspecify.annotations.NullMarked;
