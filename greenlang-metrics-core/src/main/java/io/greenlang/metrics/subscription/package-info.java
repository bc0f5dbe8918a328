/** What a client asks of a channel: which metrics, in which shape. */
@NullMarked
package io.greenlang.metrics.subscription;

import org.jspecify.annotations.NullMarked;
