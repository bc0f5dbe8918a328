/** Tests of the engine of the client. */
@NullMarked
package io.greenlang.metrics.client.internal;

import org.jspecify.annotations.NullMarked;
