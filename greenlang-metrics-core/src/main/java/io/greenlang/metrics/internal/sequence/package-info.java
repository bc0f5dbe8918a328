/**
 * Numbers and times by which a stream counts: publication ids, window numbers and the stream clock.
 */
@NullMarked
package io.greenlang.metrics.internal.sequence;

import org.jspecify.annotations.NullMarked;
