/** Tests of the messages of the client. */
@NullMarked
package io.greenlang.metrics.client.internal.protocol;

import org.jspecify.annotations.NullMarked;
