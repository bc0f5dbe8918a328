/** Parsers for single JSON or MessagePack documents, and for times, from untrusted input. */
@NullMarked
package io.greenlang.metrics.codec;

import org.jspecify.annotations.NullMarked;
