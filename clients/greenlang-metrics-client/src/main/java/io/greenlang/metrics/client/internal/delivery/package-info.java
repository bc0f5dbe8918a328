/** The delivery of metrics and events to listeners and subscribers. */
@NullMarked
package io.greenlang.metrics.client.internal.delivery;

import org.jspecify.annotations.NullMarked;
