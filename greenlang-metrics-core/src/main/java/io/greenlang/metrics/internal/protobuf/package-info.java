/**
 * The wire format of Protocol Buffers, as far as modules read messages from untrusted sources. It
 * needs only the JDK.
 */
@NullMarked
package io.greenlang.metrics.internal.protobuf;

import org.jspecify.annotations.NullMarked;
