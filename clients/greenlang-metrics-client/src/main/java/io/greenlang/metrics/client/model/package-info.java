/** The values of the client: subscriptions, metrics, history, events and errors. */
@NullMarked
package io.greenlang.metrics.client.model;

import org.jspecify.annotations.NullMarked;
