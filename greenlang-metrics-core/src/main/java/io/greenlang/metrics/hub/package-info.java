/**
 * The entry point of the library: applications publish metrics here, and transports subscribe here.
 */
@NullMarked
package io.greenlang.metrics.hub;

import org.jspecify.annotations.NullMarked;
