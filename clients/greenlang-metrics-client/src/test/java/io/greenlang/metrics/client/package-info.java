/** Tests of the client against the real server. */
@NullMarked
package io.greenlang.metrics.client;

import org.jspecify.annotations.NullMarked;
