/**
 * Parts of the transport contract about streams: subscriptions, history, limits and slow consumers.
 */
@NullMarked
package io.greenlang.metrics.testkit.transport.stream;

import org.jspecify.annotations.NullMarked;
