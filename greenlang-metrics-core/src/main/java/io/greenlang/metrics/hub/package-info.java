/** The entry point: where an application publishes and where transports subscribe. */
@NullMarked
package io.greenlang.metrics.hub;

import org.jspecify.annotations.NullMarked;
