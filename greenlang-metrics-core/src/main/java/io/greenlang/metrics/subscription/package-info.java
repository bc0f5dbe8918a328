/** Subscriptions: which metrics of a channel a client receives, and in which format. */
@NullMarked
package io.greenlang.metrics.subscription;

import org.jspecify.annotations.NullMarked;
