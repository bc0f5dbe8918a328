/** The engine of the client: commands, subscriptions, positions, history and token refresh. */
@NullMarked
package io.greenlang.metrics.client.internal;

import org.jspecify.annotations.NullMarked;
