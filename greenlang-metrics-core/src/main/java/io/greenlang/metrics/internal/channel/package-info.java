/** Channels: one stream each, recovered from the broker's log and recorded into history. */
@NullMarked
package io.greenlang.metrics.internal.channel;

import org.jspecify.annotations.NullMarked;
