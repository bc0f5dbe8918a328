/** Evaluation of publications: series, feeds, and the router that connects them. */
@NullMarked
package io.greenlang.metrics.internal.feed;

import org.jspecify.annotations.NullMarked;
