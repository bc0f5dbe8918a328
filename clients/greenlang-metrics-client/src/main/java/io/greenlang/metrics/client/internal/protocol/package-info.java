/** The messages of the protocol: their types, their reader, and the writer of commands. */
@NullMarked
package io.greenlang.metrics.client.internal.protocol;

import org.jspecify.annotations.NullMarked;
